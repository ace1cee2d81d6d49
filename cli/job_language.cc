#include "cli/job_language.h"

#include <filesystem>

#include "cli/cli_error.h"
#include "cli/exit_codes.h"

namespace brood {

std::string languageOfFile(const std::string& path,
                           capnp::List<rpc::RuntimeInfo>::Reader runtimes) {
  std::string ending = std::filesystem::path(path).extension().string();
  if (ending.starts_with('.')) ending.erase(0, 1);
  std::string known;
  for (auto runtime : runtimes) {
    std::string language = runtime.getLanguage().cStr();
    for (auto own : runtime.getEndings()) {
      if (ending == own.cStr()) return language;
    }
    known += (known.empty() ? "" : ", ") + language;
  }
  throw CliError("cannot tell the language of " + path + "; say it with -l (" + known + ")",
                 kUsageExitCode);
}

}  // namespace brood
