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

enum class Command { serve, run, status, config, doctor, bench };

struct RunArguments {
  std::string language;  // Empty: told by the file's name.
  std::string profile;
  std::string stdinPath;     // Empty: the job reads nothing. "-": our own standard input.
  JobLimits limits;
  std::vector<std::pair<std::string, std::string>> environment;
  bool json = false;
  bool timing = false;
  std::string file;  // "-": the program comes from standard input.
  std::vector<std::string> args;
};

struct Arguments {
  Command command = Command::serve;
  RunArguments run;
  bool json = false;                // status, config
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
