#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "cli/exit_codes.h"
#include "cli/job_files.h"
#include "config/loader.h"
#include "config/quantities.h"
#include "config/suggestion.h"

namespace brood {
namespace {

constexpr char kConfigFlags[] =
    "Every setting can be given as a flag; `brood config --help` lists them.";

// Turns a parser of config/quantities.h into a CLI11 transformation to plain digits.
CLI::Validator asNumber(const char* name, ParsedNumber (*parse)(std::string_view)) {
  return CLI::Validator(
      [parse](std::string& text) {
        auto number = parse(text);
        if (!number.value) return "'" + text + "' " + number.problem;
        text = std::to_string(*number.value);
        return std::string();
      },
      name);
}

// A plain number counts seconds on the command line, as with timeout(1).
ParsedNumber parseSeconds(std::string_view text) { return parseDurationMs(text, 1'000); }

ParsedNumber parseLimitValue(const LimitInfo& limit, std::string_view text) {
  switch (limit.unit) {
    case LimitUnit::bytes:
      return parseQuantity(text);
    case LimitUnit::milliseconds:
      return parseDurationMs(text, 1);
    case LimitUnit::count:
      return parseCount(text);
  }
  return {};
}

// NAME=VALUE with a name as in a request.
void setLimit(JobLimits& limits, const std::string& text) {
  const size_t equals = text.find('=');
  std::vector<std::string> known;
  for (const auto& limit : kJobLimits) {
    known.push_back(limit.name);
    if (equals == std::string::npos || text.compare(0, equals, limit.name) != 0) continue;
    const std::string value = text.substr(equals + 1);
    auto number = parseLimitValue(limit, value);
    if (!number.value) throw CLI::ValidationError("--limit", "'" + value + "' " + number.problem);
    limits.*limit.value = *number.value;
    return;
  }
  if (equals == std::string::npos) {
    throw CLI::ValidationError("--limit", "'" + text + "' is not NAME=VALUE");
  }
  const std::string name = text.substr(0, equals);
  throw CLI::ValidationError("--limit", "there is no limit " + name + suggestion(name, known));
}

std::string limitHelp() {
  std::string names;
  for (const auto& limit : kJobLimits) names += (names.empty() ? "" : ", ") + std::string(limit.name);
  return "NAME=VALUE; repeatable. Names: " + names;
}

// The two settings that tell a client where its supervisor is.
void addWhereabouts(CLI::App& sub, Arguments& parsed) {
  for (const char* flag : {"--config", "--supervisor-runtime-dir"}) {
    sub.add_option_function<std::string>(
        flag,
        [&parsed, flag](const std::string& value) {
          parsed.passed.insert(parsed.passed.end(), {flag, value});
        },
        "As for `brood serve`");
  }
}

void addFileOptions(CLI::App& run, RunArguments& values) {
  run.add_option_function<std::vector<std::string>>(
         "--file",
         [&values](const std::vector<std::string>& given) {
           for (const auto& each : given) values.files.push_back(splitFileArgument(each));
         },
         "PATH[:NAME]: a file for the job's directory; repeatable")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  run.add_option("--collect", values.collect,
                 "Pattern of files to bring back (out/*.png, **/*.csv); repeatable")
      ->allow_extra_args(false);
  run.add_option("--output-dir", values.outputDir,
                 "Where to save collected files, and rich results that are no text");
  run.add_flag("--rich", values.rich,
               "Show the last expression's value and what the program displays (Python)");
}

void addRun(CLI::App& app, Arguments& parsed, std::vector<std::string>& environment) {
  auto* run = app.add_subcommand("run", "Run a program: brood run [options] FILE|- [args...]");
  run->footer(exitCodeHelp());
  auto& values = parsed.run;
  run->add_option("-l,--language", values.language, "Language; else told by FILE's ending");
  run->add_option("-p,--profile", values.profile, "Profile; else \"default\"");
  run->add_option("--stdin", values.stdinPath, "File for the job's standard input; - for ours");
  run->add_option("--timeout", values.limits.wallTimeMs, "Wall-clock limit: 5s, 1500ms, 2m")
      ->transform(asNumber("DURATION", parseSeconds));
  run->add_option("--memory", values.limits.memoryBytes, "Memory limit: 256Mi, 1Gi")
      ->transform(asNumber("QUANTITY", parseQuantity));
  run->add_option_function<std::vector<std::string>>(
         "--limit",
         [&values](const std::vector<std::string>& given) {
           for (const auto& each : given) setLimit(values.limits, each);
         },
         limitHelp())
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  run->add_option("--env", environment, "NAME=VALUE for the job's environment; repeatable")
      ->allow_extra_args(false);
  addFileOptions(*run, values);
  run->add_flag("--json", values.json, "Print the whole result as JSON, not the output");
  run->add_flag("--timing", values.timing, "Say on stderr what each phase took");
  addWhereabouts(*run, parsed);
  // From FILE on, everything is the job's.
  run->prefix_command();
  run->callback([&parsed] { parsed.command = Command::run; });
}

CLI::App* addProfileAction(CLI::App& profile, Arguments& parsed, ProfileArguments::Action action,
                           const char* name, const char* help) {
  auto* sub = profile.add_subcommand(name, help);
  sub->callback([&parsed, action] {
    parsed.command = Command::profile;
    parsed.profile.action = action;
  });
  addWhereabouts(*sub, parsed);
  return sub;
}

void addProfile(CLI::App& app, Arguments& parsed) {
  using Action = ProfileArguments::Action;
  auto& values = parsed.profile;
  auto* profile = app.add_subcommand("profile", "Add, remove and list warm interpreters");
  profile->require_subcommand(1);
  addProfileAction(*profile, parsed, Action::list, "ls", "Show all and how their jobs started")
      ->add_flag("--json", parsed.json, "For programs");
  auto* add = addProfileAction(*profile, parsed, Action::add, "add",
                               "Start one; answers when it is ready, or why it is not");
  auto* remove = addProfileAction(*profile, parsed, Action::remove, "rm",
                                  "Take no more jobs, then end its interpreter");
  for (auto* sub : {add, remove}) {
    sub->add_option("NAME", values.name, "Of a-z, 0-9 and '-'")->required();
    sub->add_option("-l,--language", values.language, "Language")->capture_default_str();
  }
  add->add_option_function<std::vector<std::string>>(
         "--preload", [&values](const std::vector<std::string>& names) { values.preload = names; },
         "What to load before any job, e.g. numpy,pandas; else the language's own list")
      ->delimiter(',')
      ->allow_extra_args(false);
  add->add_option("--env", values.environment, "NAME=VALUE for it and its jobs; repeatable")
      ->allow_extra_args(false);
  add->add_option("--warm-up", values.warmUpPath,
                  "Script to run once before any job, which can then import it as warmup");
  add->add_option("--min-idle", values.minIdle, "Parked at least")->capture_default_str();
  add->add_option("--target-idle", values.targetIdle, "Parked at rest")->capture_default_str();
  add->add_option("--max-idle", values.maxIdle, "Parked at most; 0: four times as many as at rest")
      ->capture_default_str();
  add->add_option("--max-workers", values.maxWorkers, "Parked, starting and running")
      ->capture_default_str();
  add->add_option("--zygotes", values.zygotes, "Interpreters that fork at the same time")
      ->capture_default_str();
  add->add_option("--zygote-max-forks", values.zygoteMaxForks,
                  "A new one succeeds it after so many; 0: however many")
      ->capture_default_str();
  add->add_option("--zygote-max-age-ms", values.zygoteMaxAgeMs, "The same by time; 0: however old")
      ->capture_default_str();
}

void takeFileAndArgs(RunArguments& run, const std::vector<std::string>& rest) {
  if (rest.empty()) throw CLI::RequiredError("FILE (or - for standard input)");
  if (rest[0].size() > 1 && rest[0].starts_with('-')) throw CLI::ExtrasError("run", {rest[0]});
  run.file = rest[0];
  run.args.assign(rest.begin() + 1, rest.end());
  if (run.file == "-" && run.stdinPath == "-") {
    throw CLI::ValidationError("--stdin", "standard input cannot be both program and input");
  }
  if (!run.collect.empty() && run.outputDir.empty() && !run.json) {
    throw CLI::ValidationError("--collect", "needs --output-dir, or --json");
  }
  if (run.file == "-" && run.language.empty()) {
    throw CLI::ValidationError("-l", "needed for a program from standard input");
  }
}

void splitEnvironment(RunArguments& run, const std::vector<std::string>& variables) {
  for (const auto& variable : variables) {
    size_t equals = variable.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw CLI::ValidationError("--env", "'" + variable + "' is not NAME=VALUE");
    }
    run.environment.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
  }
}

// A command that hands what it does not know itself to loadConfig().
CLI::App* addConfigured(CLI::App& app, Arguments& parsed, Command command, const char* name,
                        const char* help) {
  auto* sub = app.add_subcommand(name, help);
  sub->allow_extras();
  sub->footer(kConfigFlags);
  sub->callback([&parsed, command] { parsed.command = command; });
  return sub;
}

}  // namespace

std::variant<Arguments, Farewell> parseArguments(std::vector<std::string> arguments) {
  Arguments parsed;
  std::vector<std::string> environment;
  CLI::App app(
      "Brood runs untrusted programs in sandboxes that are ready before they are asked for",
      "brood");
  app.set_version_flag("--version", "brood " BROOD_VERSION);
  app.require_subcommand(1);
  addConfigured(app, parsed, Command::serve, "serve", "Start the supervisor and the HTTP gateway");
  addRun(app, parsed, environment);
  addProfile(app, parsed);
  addConfigured(app, parsed, Command::status, "status", "Show a running supervisor's pools")
      ->add_flag("--json", parsed.json, "For programs");
  auto* config = addConfigured(app, parsed, Command::config, "config",
                               "Show every setting, its value and where it came from");
  config->footer(configHelp());
  config->add_flag("--json", parsed.json, "For programs");
  config->add_flag("--toml", parsed.toml, "As a configuration file");
  addConfigured(app, parsed, Command::doctor, "doctor", "Check which protections this host offers");
  auto* bench = addConfigured(app, parsed, Command::bench, "bench",
                              "Measure latency and throughput of a running system");
  bench->set_help_flag();
  bench->prefix_command();

  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(arguments);
    auto rest = app.get_subcommands().front()->remaining();
    if (parsed.command == Command::run) {
      takeFileAndArgs(parsed.run, rest);
      splitEnvironment(parsed.run, environment);
    } else if (parsed.command != Command::profile) {
      parsed.passed = rest;
    }
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    bool isAnswer = app.exit(error, out, out) == 0;
    return Farewell{isAnswer ? 0 : kUsageExitCode, out.str()};
  }
  return parsed;
}

}  // namespace brood
