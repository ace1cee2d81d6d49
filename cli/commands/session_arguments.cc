#include "cli/commands/session_arguments.h"

#include <CLI/CLI.hpp>

#include "cli/client/job_files.h"
#include "cli/terminal/exit_codes.h"
#include "config/quantities.h"

namespace brood::cli {
namespace {

using Action = SessionArguments::Action;
using Pairs = std::vector<std::pair<std::string, std::string>>;

// A plain number counts seconds on the command line, as with timeout(1).
CLI::Validator asDuration() {
  return CLI::Validator(
      [](std::string& text) {
        auto number = parseDurationMs(text, 1'000);
        if (!number.value) return "'" + text + "' " + number.problem;
        text = std::to_string(*number.value);
        return std::string();
      },
      "DURATION");
}

void addPairs(CLI::App& sub, const char* option, Pairs& pairs, const char* help) {
  sub.add_option_function<std::vector<std::string>>(
         option,
         [option, &pairs](const std::vector<std::string>& given) {
           for (const auto& each : given) {
             const size_t equals = each.find('=');
             if (equals == std::string::npos || equals == 0) {
               throw CLI::ValidationError(option, "'" + each + "' is not NAME=VALUE");
             }
             pairs.emplace_back(each.substr(0, equals), each.substr(equals + 1));
           }
         },
         help)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

// The options with which `open` and a repl of its own describe the session.
void addMaking(CLI::App& sub, SessionArguments& values) {
  sub.add_option("-l,--language", values.language, "Of the default context; else as configured");
  sub.add_option("-p,--profile", values.profile, "Profile; else \"default\"");
  addPairs(sub, "--env", values.environment, "NAME=VALUE for all that runs in it; repeatable");
  sub.add_option("--memory", values.limits.memoryBytes, "Memory of the whole session: 256Mi, 1Gi")
      ->transform(CLI::Validator(
          [](std::string& text) {
            auto number = parseQuantity(text);
            if (!number.value) return "'" + text + "' " + number.problem;
            text = std::to_string(*number.value);
            return std::string();
          },
          "QUANTITY"));
  sub.add_option_function<std::vector<std::string>>(
         "--file",
         [&values](const std::vector<std::string>& given) {
           for (const auto& each : given) values.files.push_back(splitFileArgument(each));
         },
         "PATH[:NAME]: a file for its working directory; repeatable")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  sub.add_option("--network", values.network, "Whether it may reach what is allowed here")
      ->check(CLI::IsMember({"on", "off"}));
}

void addCell(CLI::App& sub, SessionArguments& values) {
  sub.footer(exitCodeHelp());
  auto* code = sub.add_option("-c,--code", values.code, "The cell");
  sub.add_option("FILE", values.file, "A file with it; else standard input")->excludes(code);
  sub.add_option("-l,--language", values.language, "Language; else the session's");
  sub.add_option("--context", values.context, "Where it runs; else the language's default context");
  sub.add_option("--timeout", values.timeoutMs, "Then it is interrupted: 5s, 1500ms, 2m")
      ->transform(asDuration());
  sub.add_flag("--rich", values.rich, "Show what the cell displays, not only what it prints");
  sub.add_option("--output-dir", values.outputDir, "Where to save pictures");
}

void addRun(CLI::App& sub, SessionArguments& values) {
  sub.footer(exitCodeHelp());
  sub.add_option("--cwd", values.cwd, "Directory; else /workspace");
  sub.add_option("--timeout", values.timeoutMs, "Then it is killed: 5s, 1500ms, 2m")
      ->transform(asDuration());
}

}  // namespace

void addSession(CLI::App& app, SessionArguments& values, const std::function<void()>& chosen,
                const std::function<void(CLI::App&)>& addCommon) {
  const auto prepare = [&values, chosen, addCommon](CLI::App& sub, Action action) {
    sub.add_option("--api-key-file", values.apiKeyPath,
                   "File with a key, whose tenant's the sessions are; else BROOD_API_KEY has it");
    addCommon(sub);
    sub.callback([&values, chosen, action] {
      values.action = action;
      chosen();
    });
  };
  auto* session = app.add_subcommand("session", "Sandboxes that are kept: open, use, close them");
  session->require_subcommand(1);
  const auto add = [&](CLI::App& parent, Action action, const char* name, const char* help) {
    auto* sub = parent.add_subcommand(name, help);
    prepare(*sub, action);
    return sub;
  };
  const auto addId = [&values](CLI::App& sub) {
    sub.add_option("ID", values.ids, "As `brood session ls` shows it")->required()->expected(1);
  };
  auto* open = add(*session, Action::open, "open", "Open one; prints its id");
  addMaking(*open, values);
  addPairs(*open, "--label", values.labels, "NAME=VALUE by which it is found; repeatable");
  open->add_option("--ttl", values.ttlMs, "How long it lives at most: 30m, 8h")
      ->transform(asDuration());
  open->add_option("--idle-timeout", values.idleTimeoutMs, "How long while nothing runs in it")
      ->transform(asDuration());
  auto* list = add(*session, Action::list, "ls", "Show all");
  addPairs(*list, "--label", values.labels, "NAME=VALUE: only those that have it; repeatable");
  list->add_flag("--json", values.json, "For programs");
  auto* exec = add(*session, Action::exec, "exec", "Run a cell, whose state the next one finds");
  addId(*exec);
  addCell(*exec, values);
  auto* run = add(*session, Action::run, "run", "Run a command: brood session run ID COMMAND...");
  addRun(*run, values);
  run->prefix_command();
  auto* files = session->add_subcommand("files", "Look at its files, bring some in and out");
  files->require_subcommand(1);
  auto* ls = add(*files, Action::listFiles, "ls", "List a directory");
  auto* get = add(*files, Action::getFile, "get", "Bring a file out");
  auto* put = add(*files, Action::putFile, "put", "Bring a file in");
  auto* rm =
      add(*files, Action::removeFile, "rm", "Remove a file, or a directory with its content");
  for (auto* sub : {ls, get, put, rm}) addId(*sub);
  ls->add_option("PATH", values.path, "There; else /workspace");
  get->add_option("PATH", values.path, "There")->required();
  get->add_option("FILE", values.otherPath, "Here; else, or as -, standard output");
  put->add_option("FILE", values.otherPath, "Here; - for standard input")->required();
  put->add_option("PATH", values.path, "There")->required();
  rm->add_option("PATH", values.path, "There")->required();
  auto* close = add(*session, Action::close, "close", "End what runs in them, and them");
  close->add_option("ID", values.ids, "As `brood session ls` shows it")->required();
  auto* repl = app.add_subcommand(
      "repl", "Speak with an interpreter in a sandbox; Ctrl-C interrupts, Ctrl-D ends");
  prepare(*repl, Action::repl);
  addMaking(*repl, values);
  repl->add_option("--session", values.ids, "One that is open, and stays so; else one of its own")
      ->expected(1);
}

}  // namespace brood::cli
