// brood: the command line. Reads the arguments and the configuration, does one command.

#include <kj/exception.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/own_process.h"
#include "base/plain_text.h"
#include "cli/commands/arguments.h"
#include "cli/commands/config_command.h"
#include "cli/commands/egress_command.h"
#include "cli/commands/key_command.h"
#include "cli/commands/profile_command.h"
#include "cli/commands/repl_command.h"
#include "cli/commands/run_command.h"
#include "cli/commands/serve_command.h"
#include "cli/commands/session_command.h"
#include "cli/commands/status_command.h"
#include "cli/doctor/doctor.h"
#include "cli/terminal/cli_error.h"
#include "cli/terminal/exit_codes.h"
#include "cli/terminal/output.h"
#include "config/loader.h"
#include "config/secrets.h"

namespace brood::cli {
namespace {

std::string binDir() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

std::vector<std::string> ownEnvironment() {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  return environment;
}

// Programs of their own beside this one, so that what they need costs no other command anything.
[[noreturn]] void become(const char* name, const std::vector<std::string>& arguments) {
  std::string program = binDir() + "/../libexec/" + name;
  std::vector<char*> argv{program.data()};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  throw CliError("cannot execute " + program);
}

// Once, by whom a person looks at: the daemons read the same environment again.
void showWarnings(const LoadedConfig& loaded, Command command) {
  if (command != Command::serve && command != Command::config && command != Command::doctor) return;
  for (const auto& warning : loaded.warnings) {
    std::fprintf(stderr, "brood: warning: %s\n", warning.c_str());
  }
}

int dispatch(const Arguments& arguments) {
  if (arguments.command == Command::bench) become("brood-bench", arguments.passed);
  if (arguments.command == Command::mcp) become("brood-mcp", arguments.passed);
  auto loaded = loadConfig(arguments.passed, ownEnvironment());
  showWarnings(loaded, arguments.command);
  const auto& config = loaded.config;
  switch (arguments.command) {
    case Command::serve:
      return serveCommand(loaded, binDir(), arguments.passed);
    case Command::run:
      return runCommand(
          arguments.run, config.supervisor.socketPath(),
          tenantOfRun(arguments.run.apiKeyPath, readSecrets(ownEnvironment()), config.access));
    case Command::status:
      return statusCommand(config.supervisor.socketPath(), arguments.json);
    case Command::profile:
      return profileCommand(arguments.profile, config.supervisor, arguments.json);
    case Command::key:
      return keyCommand(arguments.key, config.access, arguments.json);
    case Command::egress:
      return egressCommand(arguments.egress, config);
    case Command::session: {
      const auto tenant = tenantOfRun(arguments.session.apiKeyPath, readSecrets(ownEnvironment()),
                                      config.access, wallClockMillis(), gateway::Scope::session);
      const std::string socketPath = config.supervisor.socketPath();
      return arguments.session.action == SessionArguments::Action::repl
                 ? replCommand(arguments.session, socketPath, tenant)
                 : sessionCommand(arguments.session, socketPath, tenant);
    }
    case Command::doctor:
      return doctorCommand(config, binDir());
    case Command::config: {
      auto format = arguments.json   ? ConfigFormat::json
                    : arguments.toml ? ConfigFormat::toml
                                     : ConfigFormat::people;
      print(configText(loaded, format));
      return 0;
    }
    case Command::bench:
    case Command::mcp:
      break;
  }
  return kUsageExitCode;
}

int runParsed(const Arguments& arguments) {
  const bool runsPrograms =
      arguments.command == Command::run || arguments.command == Command::session;
  const int failure = runsPrograms ? kBroodFailedExitCode : 1;
  try {
    return dispatch(arguments);
  } catch (const OutputLost& lost) {
    if (lost.isByReader()) return 128 + SIGPIPE;
    std::fprintf(stderr, "brood: %s\n", lost.what());
    return failure;
  } catch (const CliError& error) {
    std::fprintf(stderr, "brood: %s\n", error.what());
    return error.exitCode;
  } catch (const ConfigError& error) {
    std::fprintf(stderr, "brood: %s\n", error.what());
    return runsPrograms ? kBroodFailedExitCode : kUsageExitCode;
  } catch (const kj::Exception& error) {
    std::fprintf(stderr, "brood: %s\n", plainText(error).c_str());
    return failure;
  }
}

int run(int argc, char** argv) try {
  auto parsed = parseArguments({argv + 1, argv + argc});
  const auto* farewell = std::get_if<Farewell>(&parsed);
  if (farewell == nullptr) return runParsed(std::get<Arguments>(parsed));
  if (farewell->exitCode == 0) {
    print(farewell->text);
  } else {
    std::fputs(farewell->text.c_str(), stderr);
  }
  return farewell->exitCode;
} catch (const OutputLost& lost) {
  std::fprintf(stderr, "brood: %s\n", lost.what());
  return 1;
}

}  // namespace
}  // namespace brood::cli

int main(int argc, char** argv) {
  brood::startInOrder();
  return brood::cli::run(argc, argv);
}
