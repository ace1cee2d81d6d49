// brood: the command line. Reads the arguments and the configuration, does one command.

#include <kj/exception.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "cli/arguments.h"
#include "cli/cli_error.h"
#include "cli/config_command.h"
#include "cli/doctor/doctor.h"
#include "cli/exit_codes.h"
#include "cli/profile_command.h"
#include "cli/run_command.h"
#include "cli/serve_command.h"
#include "cli/status_command.h"
#include "config/loader.h"

namespace brood {
namespace {

std::string binDir() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

std::vector<std::string> ownEnvironment() {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  return environment;
}

// A program of its own beside this one, so that measuring costs a server nothing.
[[noreturn]] void becomeBench(const std::vector<std::string>& arguments) {
  std::string program = binDir() + "/../libexec/brood-bench";
  std::vector<char*> argv{program.data()};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  throw CliError("cannot execute " + program);
}

int dispatch(const Arguments& arguments) {
  if (arguments.command == Command::bench) becomeBench(arguments.passed);
  auto loaded = loadConfig(arguments.passed, ownEnvironment());
  const auto& config = loaded.config;
  switch (arguments.command) {
    case Command::serve:
      return serveCommand(loaded, binDir(), arguments.passed);
    case Command::run:
      return runCommand(arguments.run, config.supervisor.socketPath());
    case Command::status:
      return statusCommand(config.supervisor.socketPath(), arguments.json);
    case Command::profile:
      return profileCommand(arguments.profile, config.supervisor, arguments.json);
    case Command::doctor:
      return doctorCommand(config, binDir());
    case Command::config: {
      auto format = arguments.json   ? ConfigFormat::json
                    : arguments.toml ? ConfigFormat::toml
                                     : ConfigFormat::people;
      std::fputs(configText(loaded, format).c_str(), stdout);
      return 0;
    }
    case Command::bench:
      break;
  }
  return kUsageExitCode;
}

int run(int argc, char** argv) {
  auto parsed = parseArguments({argv + 1, argv + argc});
  if (auto* farewell = std::get_if<Farewell>(&parsed)) {
    std::fputs(farewell->text.c_str(), farewell->exitCode == 0 ? stdout : stderr);
    return farewell->exitCode;
  }
  const auto& arguments = std::get<Arguments>(parsed);
  try {
    return dispatch(arguments);
  } catch (const CliError& error) {
    std::fprintf(stderr, "brood: %s\n", error.what());
    return error.exitCode;
  } catch (const ConfigError& error) {
    std::fprintf(stderr, "brood: %s\n", error.what());
    return arguments.command == Command::run ? kBroodFailedExitCode : kUsageExitCode;
  } catch (const kj::Exception& error) {
    std::fprintf(stderr, "brood: %s\n", error.getDescription().cStr());
    return arguments.command == Command::run ? kBroodFailedExitCode : 1;
  }
}

}  // namespace
}  // namespace brood

int main(int argc, char** argv) { return brood::run(argc, argv); }
