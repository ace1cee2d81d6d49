#pragma once
// A context of a session: a forked worker of a runtime that serves cells, without a sandbox.

#include "base/owned_fd.h"
#include "rpc/wire/worker_frames.h"
#include "runtimes/interface/runtime.h"
#include "tests/unit/runtimes/temporary_folder.h"

#include <map>
#include <string>
#include <vector>

namespace brood {

struct CellText {
  std::string code;
  std::string input;
  std::map<std::string, std::string> env;
  bool rich = true;
};

struct ShownForm {
  uint32_t object;
  std::string mime;
  std::string data;
};

struct CellAnswer {
  int exitCode = -1;  // -1: the context has ended.
  std::string out, err;
  std::vector<ShownForm> shown;  // But for the error.
  std::string error;             // As JSON; empty: none.

  // The first form of this kind; empty if there is none.
  std::string form(const std::string& mime) const;
  std::string text() const { return form("text/plain"); }
};

class CellContext {
 public:
  // The runtime is borrowed. Starts in a new folder.
  explicit CellContext(Runtime& runtime, const std::map<std::string, std::string>& env = {},
                       const std::vector<std::string>& command = {});
  // One of a program that parks by itself, as a worker becomes it.
  explicit CellContext(const std::vector<std::string>& parkedCommand);
  ~CellContext();
  CellContext(const CellContext&) = delete;
  CellContext& operator=(const CellContext&) = delete;

  CellAnswer run(const CellText& cell);
  CellAnswer run(const std::string& code) { return run(CellText{code, {}, {}}); }
  CellAnswer runPlain(const std::string& code) { return run(CellText{code, {}, {}, false}); }

  // In two steps, so that there is something between them.
  void begin(const CellText& cell);
  CellAnswer finish();
  // Blocks until the cell that runs has written this to standard output.
  void awaitOutput(const std::string& text);
  void interrupt() const;
  // Ends it as the supervisor does, and returns "exit N" or "signal N".
  std::string close();

  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  // Returns in the child as well, with its standard descriptors in place.
  void fork();
  [[noreturn]] void live(Runtime& runtime, const std::map<std::string, std::string>& env,
                         const std::vector<std::string>& command);
  [[noreturn]] void become(const std::vector<std::string>& parkedCommand);
  void openParked();
  // False at the channel's end. The answer's exit code is set by the frame that ends the cell.
  bool readFrame(CellAnswer& answer);
  void drain(CellAnswer& answer);

  TemporaryFolder folder_;
  OwnedFd channel_, out_, err_;
  OwnedFd itsChannel_, itsIn_, itsOut_, itsErr_;
  pid_t pid_ = -1;
  uint32_t number_ = 0;
  CellAnswer current_;
};

}  // namespace brood
