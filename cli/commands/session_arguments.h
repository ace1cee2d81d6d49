#pragma once
// The command lines of `brood session` and `brood repl`.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/job_limits.h"

namespace CLI {
class App;
}

namespace brood::cli {

struct SessionArguments {
  enum class Action { open, list, exec, run, listFiles, getFile, putFile, removeFile, close, repl };
  Action action = Action::list;
  std::vector<std::string> ids;  // One, but for close. A repl without one opens its own.
  std::string language;          // Empty: the configured one, or the session's.
  std::string profile;
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::pair<std::string, std::string>> files;  // Path here, name there.
  JobLimits limits;
  uint64_t ttlMs = 0;
  uint64_t idleTimeoutMs = 0;
  std::string network;  // "on", "off"; empty: as is configured.

  std::optional<std::string> code;
  std::string file = "-";  // The cell, where there is no `code`.
  std::string context;
  uint64_t timeoutMs = 0;
  bool rich = false;
  std::string outputDir;
  std::vector<std::string> argv;
  std::string cwd;
  std::string path, otherPath;  // A file's name there and here.
  std::optional<std::string> apiKeyPath;
  bool json = false;
};

// Adds both commands. `chosen` is called when one of them has been given; `addCommon` adds the
// options that say where the supervisor is.
void addSession(CLI::App& app, SessionArguments& values, const std::function<void()>& chosen,
                const std::function<void(CLI::App&)>& addCommon);

}  // namespace brood::cli
