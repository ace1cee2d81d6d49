#include "cli/commands/repl_command.h"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

#include "base/text.h"
#include "cli/client/own_files.h"
#include "cli/client/session_list.h"
#include "cli/client/session_opening.h"
#include "cli/client/session_run.h"
#include "cli/commands/session_wish.h"
#include "cli/terminal/cell_text.h"
#include "cli/terminal/cli_error.h"
#include "cli/terminal/line_editor.h"
#include "cli/terminal/output.h"

namespace brood::cli {
namespace {

OpenSession findOpen(SessionClient& client, const std::string& id) {
  auto session = client.find(id);
  auto info = client.wait(
      kj::Promise<capnp::Response<rpc::Session::InfoResults>>(session.infoRequest().send()));
  return {id, textOf(info.getInfo().getLanguage()), kj::mv(session)};
}

int runOne(SessionClient& client, OpenSession& session, const std::string& language,
           std::string code, bool rich) {
  CellAsk ask;
  ask.code = std::move(code);
  ask.language = language;
  ask.rich = rich;
  const auto ending = runCell(client, session.session, ask);
  std::fputs(ending.remarks.c_str(), stderr);
  const std::string prefix = "cell-" + std::to_string(ending.executionCount) + "-";
  std::fputs(saveShown(ending.shown, prefix, ".").c_str(), stderr);
  return ending.exitCode;
}

// Reads until a whole cell has been typed. Null at the end of input.
std::optional<std::string> typedCell(LineEditor& editor, const std::string& language) {
  std::string cell, line;
  for (;;) {
    const std::string prompt = cell.empty() ? language + "> " : "... ";
    switch (editor.read(prompt, line)) {
      case LineEditor::Ending::endOfInput:
        return std::nullopt;
      case LineEditor::Ending::interrupted:
        cell.clear();
        continue;
      case LineEditor::Ending::line:
        break;
    }
    if (cell.empty() && line.find_first_not_of(" \t") == std::string::npos) continue;
    editor.remember(line);
    cell += cell.empty() ? line : "\n" + line;
    if (isWholeCell(language, cell)) return cell;
  }
}

void converse(SessionClient& client, OpenSession& session, const std::string& language) {
  LineEditor editor;
  while (auto cell = typedCell(editor, language)) {
    try {
      runOne(client, session, language, std::move(*cell), true);
    } catch (const CliError& error) {
      std::fprintf(stderr, "brood: %s\n", error.what());
      // One that is gone answers nothing any more.
      findOpen(client, session.id);
    }
  }
}

}  // namespace

int replCommand(const SessionArguments& arguments, const std::string& socketPath,
                const RunTenant& tenant) {
  ::signal(SIGPIPE, SIG_IGN);
  UvAsyncIo io;
  SessionClient client(io, socketPath, tenant.name);
  const bool isOwn = arguments.ids.empty();
  auto session =
      isOwn ? openSession(client, wishOf(arguments, tenant)) : findOpen(client, arguments.ids[0]);
  const std::string language = arguments.language.empty() ? session.language : arguments.language;
  int exitCode = 0;
  if (::isatty(STDIN_FILENO)) {
    converse(client, session, language);
  } else {
    exitCode = runOne(client, session, arguments.language, readAll("-"), true);
  }
  if (isOwn) closeSession(client, session.session);
  return exitCode;
}

}  // namespace brood::cli
