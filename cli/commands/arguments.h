#pragma once
// The command line of `brood`.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/commands/key_command.h"
#include "cli/commands/session_arguments.h"
#include "config/job_limits.h"

namespace brood::cli {

enum class Command {
  serve,
  run,
  status,
  config,
  doctor,
  bench,
  profile,
  key,
  egress,
  session,
  mcp
};

struct RunArguments {
  std::string language;  // Empty: told by the file's name.
  std::string profile;
  // Empty: our own standard input, unless that is a terminal or the program. "-": that in any case.
  std::string stdinPath;
  JobLimits limits;
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::pair<std::string, std::string>> files;  // Path here, name for the job.
  std::vector<std::string> collect;
  std::string outputDir;
  bool rich = false;
  bool mergeOutput = false;
  std::string network;             // "on", "off"; empty: as is configured.
  std::vector<std::string> allow;  // Not empty: only these.
  bool json = false;
  bool timing = false;
  std::optional<std::string> apiKeyPath;
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

struct EgressArguments {
  enum class Action { check, reload };
  Action action = Action::check;
  std::string target;  // HOST[:PORT].
};

struct Arguments {
  Command command = Command::serve;
  RunArguments run;
  ProfileArguments profile;
  KeyArguments key;
  EgressArguments egress;
  SessionArguments session;
  bool json = false;  // status, config, profile, key
  bool toml = false;  // config
  std::vector<std::string>
      passed;  // Flags for loadConfig(); for bench and mcp, their own arguments.
};

// Nothing to do but to say something: help, the version, or what is wrong (on stderr then).
struct Farewell {
  int exitCode;
  std::string text;
};

// `arguments` without the program's name.
std::variant<Arguments, Farewell> parseArguments(std::vector<std::string> arguments);

}  // namespace brood::cli
