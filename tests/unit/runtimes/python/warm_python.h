#pragma once
// A Python runtime warmed up in the test's own process, and scripts run in forks of it, as a
// zygote and its workers would, without a sandbox.

#include "runtimes/interface/runtime.h"
#include "tests/unit/runtimes/child_process.h"
#include "tests/unit/runtimes/temporary_folder.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace brood {

struct Script {
  std::string source;
  std::vector<std::string> args;
  std::map<std::string, std::string> env;
  std::string input;
};

class WarmPython {
 public:
  explicit WarmPython(std::vector<std::string> preload);

  const WarmUpReport& report() const { return report_; }

  Runtime& runtime() { return *runtime_; }

  // Forks a worker and runs the script as `folder`/main.py.
  ChildResult run(const Script& script, const std::filesystem::path& folder);
  // As above, in a new folder that is gone afterwards.
  ChildResult run(const Script& script);
  ChildResult run(const std::string& source);

  // Where the worker of the next runs will be, as a zygote tells the runtime.
  void expectIn(const std::filesystem::path& folder);

 private:
  kj::Own<Runtime> runtime_;
  WarmUpReport report_;
};

// The standard library modules most scripts use.
std::vector<std::string> commonModules();

}  // namespace brood
