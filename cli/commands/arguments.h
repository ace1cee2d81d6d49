#pragma once
// The command line of `brood`.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/job_limits.h"

namespace brood {

enum class Command { serve, run, status, config, doctor, bench, profile };

struct RunArguments {
  std::string language;  // Empty: told by the file's name.
  std::string profile;
  std::string stdinPath;     // Empty: the job reads nothing. "-": our own standard input.
  JobLimits limits;
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::pair<std::string, std::string>> files;  // Path here, name for the job.
  std::vector<std::string> collect;
  std::string outputDir;
  bool rich = false;
  bool json = false;
  bool timing = false;
  std::string file;  // "-": the program comes from standard input.
  std::vector<std::string> args;
};

struct ProfileArguments {
  enum class Action { add, remove, list };
  Action action = Action::list;
  std::string name;
  std::string language = "python";
  std::optional<std::vector<std::string>> preload;  // Unset: the manifest's list.
  std::vector<std::string> environment;             // "NAME=VALUE".
  std::string warmUpPath;
  uint32_t minIdle = 1, targetIdle = 4, maxIdle = 0, maxWorkers = 64;
  uint32_t zygotes = 1, zygoteMaxForks = 0, zygoteMaxAgeMs = 3'600'000;
};

struct Arguments {
  Command command = Command::serve;
  RunArguments run;
  ProfileArguments profile;
  bool json = false;                // status, config, profile
  bool toml = false;                // config
  std::vector<std::string> passed;  // Flags for loadConfig(); for bench, its own arguments.
};

// Nothing to do but to say something: help, the version, or what is wrong (on stderr then).
struct Farewell {
  int exitCode;
  std::string text;
};

// `arguments` without the program's name.
std::variant<Arguments, Farewell> parseArguments(std::vector<std::string> arguments);

}  // namespace brood
