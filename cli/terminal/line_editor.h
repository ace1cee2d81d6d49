#pragma once
// Lines that are typed at a terminal, with history and the keys of an editor (libedit).

#include <memory>
#include <string>

namespace brood::cli {

// Standard input must be a terminal. libedit and not readline, whose licence would become the
// program's own.
class LineEditor {
 public:
  enum class Ending {
    line,
    endOfInput,   // Ctrl-D at the beginning of a line.
    interrupted,  // Ctrl-C: what had been typed is dropped.
  };

  LineEditor();
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // `line` gets what was typed, without its end.
  Ending read(const std::string& prompt, std::string& line);
  // The arrow keys bring it back.
  void remember(const std::string& line);

 private:
  struct Editor;
  std::unique_ptr<Editor> editor_;
};

}  // namespace brood::cli
