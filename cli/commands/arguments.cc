#include "cli/commands/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "base/suggestion.h"
#include "cli/client/job_files.h"
#include "cli/terminal/exit_codes.h"
#include "config/loader.h"
#include "config/quantities.h"

namespace brood::cli {
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
  for (const auto& limit : kJobLimits)
    names += (names.empty() ? "" : ", ") + std::string(limit.name);
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
  run->add_option(
      "--stdin", values.stdinPath,
      "File for the job's standard input; - for ours, which it also is unless a terminal's");
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
  run->add_option("--api-key-file", values.apiKeyPath,
                  "File with a key, whose tenant's the job then is; else BROOD_API_KEY has it");
  run->add_option("--network", values.network,
                  "Whether the job may reach the names that are allowed here; else as configured")
      ->check(CLI::IsMember({"on", "off"}));
  run->add_option("--allow", values.allow, "Only this name of those that are allowed; repeatable")
      ->allow_extra_args(false);
  run->add_flag("--merge-output", values.mergeOutput,
                "Standard error comes with standard output, in the order written");
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

// "90d", or as any other duration.
ParsedNumber parseLife(std::string_view text) {
  constexpr uint64_t kDayMs = 86'400'000;
  if (!text.ends_with('d')) return parseDurationMs(text, kDayMs);
  auto days = parseCount(text.substr(0, text.size() - 1));
  if (days.value && *days.value > 36'500) return {std::nullopt, "is more than a hundred years"};
  if (days.value) *days.value *= kDayMs;
  return days;
}

CLI::App* addKeyAction(CLI::App& key, Arguments& parsed, KeyArguments::Action action,
                       const char* name, const char* help) {
  auto* sub = key.add_subcommand(name, help);
  sub->allow_extras();
  sub->footer(kConfigFlags);
  sub->callback([&parsed, sub, action] {
    parsed.command = Command::key;
    parsed.key.action = action;
    parsed.passed = sub->remaining();
  });
  return sub;
}

void addKey(CLI::App& app, Arguments& parsed) {
  using Action = KeyArguments::Action;
  auto& values = parsed.key;
  auto* key = app.add_subcommand("key", "Make, list and revoke API keys (access.keys_file)");
  key->require_subcommand(1);
  auto* create = addKeyAction(*key, parsed, Action::create, "create",
                              "Print a new key, of which only a digest is kept");
  create->add_option("--tenant", values.tenant, "Whose it is: limits and usage are a tenant's")
      ->required();
  create->add_option("--scope", values.scopes, "Of run, session and admin")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str();
  create->add_option("--expires", values.lifeMs, "After 90d, 12h, 30m; else never")
      ->transform(asNumber("DURATION", parseLife));
  create->add_flag("--e2b", values.e2b, "Of the form that E2B's clients insist on");
  create->add_option("--from-file", values.fromFile,
                     "A key that somebody else has made; -: from standard input");
  create
      ->add_option("--certificate", values.certificate,
                   "No key, but the common name of a client's certificate (gateway.tls_client_ca)")
      ->excludes("--from-file")
      ->excludes("--e2b");
  create->add_option("--note", values.note, "For people");
  addKeyAction(*key, parsed, Action::list, "ls", "Show all")
      ->add_flag("--json", parsed.json, "For programs");
  addKeyAction(*key, parsed, Action::revoke, "revoke", "It opens nothing any more")
      ->add_option("ID", values.id, "As `brood key ls` shows it")
      ->required();
}

void addEgress(CLI::App& app, Arguments& parsed) {
  using Action = EgressArguments::Action;
  auto* egress = app.add_subcommand("egress", "What jobs may reach of the network");
  egress->require_subcommand(1);
  const auto addAction = [&](Action action, const char* name, const char* help) {
    auto* sub = egress->add_subcommand(name, help);
    sub->callback([&parsed, action] {
      parsed.command = Command::egress;
      parsed.egress.action = action;
    });
    addWhereabouts(*sub, parsed);
    return sub;
  };
  addAction(Action::check, "check", "Say whether a job may reach a host, and which rule decides")
      ->add_option("HOST[:PORT]", parsed.egress.target, "Without a port: 443")
      ->required();
  addAction(Action::reload, "reload", "Have the running supervisor read [egress] again");
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
  if (!run.allow.empty() && run.network == "off") {
    throw CLI::ValidationError("--allow", "makes no sense with --network off");
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

// `session run` takes ID and all behind it as it stands.
void takeCommandLine(const CLI::App& app, SessionArguments& values) {
  if (values.action != SessionArguments::Action::run) return;
  const auto rest = app.get_subcommands().front()->get_subcommands().front()->remaining();
  if (rest.size() < 2) throw CLI::RequiredError("ID and COMMAND");
  values.ids = {rest[0]};
  values.argv.assign(rest.begin() + 1, rest.end());
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
  addKey(app, parsed);
  addEgress(app, parsed);
  addSession(
      app, parsed.session, [&parsed] { parsed.command = Command::session; },
      [&parsed](CLI::App& sub) { addWhereabouts(sub, parsed); });
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
  auto* mcp = addConfigured(app, parsed, Command::mcp, "mcp",
                            "Speak MCP on standard input and output, for a running gateway");
  mcp->set_help_flag();
  mcp->prefix_command();

  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(arguments);
    auto rest = app.get_subcommands().front()->remaining();
    if (parsed.command == Command::run) {
      takeFileAndArgs(parsed.run, rest);
      splitEnvironment(parsed.run, environment);
    } else if (parsed.command == Command::session) {
      takeCommandLine(app, parsed.session);
    } else if (parsed.command != Command::profile && parsed.command != Command::key &&
               parsed.command != Command::egress) {
      parsed.passed = rest;
    }
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    bool isAnswer = app.exit(error, out, out) == 0;
    return Farewell{isAnswer ? 0 : kUsageExitCode, out.str()};
  }
  return parsed;
}

}  // namespace brood::cli
