#include "cli/commands/session_command.h"

#include <unistd.h>

#include <cstdio>

#include "base/text.h"
#include "base/utc_time.h"
#include "cli/client/own_files.h"
#include "cli/client/session_list.h"
#include "cli/client/session_run.h"
#include "cli/commands/session_wish.h"
#include "cli/terminal/output.h"
#include "cli/terminal/table.h"

namespace brood::cli {
namespace {

// How much of a file crosses at a time.
constexpr uint64_t kPieceBytes = 1 << 20;

int open(SessionClient& client, const SessionArguments& arguments, const RunTenant& tenant) {
  const auto opened = openSession(client, wishOf(arguments, tenant));
  print(opened.id + "\n");
  return 0;
}

int list(SessionClient& client, const SessionArguments& arguments) {
  const auto sessions = listSessions(client, arguments.labels);
  print(arguments.json ? sessionsJson(sessions) : sessionsTable(sessions));
  return 0;
}

int finish(const RunEnding& ending, const std::string& outputDir) {
  std::fputs(ending.remarks.c_str(), stderr);
  if (outputDir.empty()) {
    std::fputs(unseenLines(ending.shown).c_str(), stderr);
  } else {
    std::fputs(saveShown(ending.shown, "result-", outputDir).c_str(), stderr);
  }
  return ending.exitCode;
}

int exec(SessionClient& client, const SessionArguments& arguments) {
  CellAsk ask;
  ask.code = arguments.code ? *arguments.code : readAll(arguments.file);
  ask.context = arguments.context;
  ask.language = arguments.language;
  ask.timeoutMs = arguments.timeoutMs;
  ask.rich = arguments.rich;
  const bool hasInput = (arguments.code || arguments.file != "-") && !::isatty(STDIN_FILENO);
  if (hasInput) ask.stdinText = readAll("-");
  return finish(runCell(client, client.find(arguments.ids[0]), ask), arguments.outputDir);
}

int run(SessionClient& client, const SessionArguments& arguments) {
  CommandAsk ask;
  ask.argv = arguments.argv;
  ask.cwd = arguments.cwd;
  ask.timeoutMs = arguments.timeoutMs;
  if (!::isatty(STDIN_FILENO)) ask.stdinText = readAll("-");
  return finish(runSessionCommand(client, client.find(arguments.ids[0]), ask), "");
}

void check(rpc::FileOutcome::Reader outcome) {
  if (outcome.isRejected()) refuse(outcome.getRejected());
}

int listFiles(SessionClient& client, const SessionArguments& arguments) {
  auto session = client.find(arguments.ids[0]);
  auto call = session.listRequest();
  call.setPath(arguments.path.empty() ? "." : arguments.path);
  call.setDepth(1);
  auto response = client.wait(kj::Promise<capnp::Response<rpc::Session::ListResults>>(call.send()));
  check(response.getOutcome());
  std::vector<std::vector<std::string>> rows;
  for (auto file : response.getOutcome().getFiles()) {
    const bool isFolder = file.getType() == rpc::FileType::DIRECTORY;
    rows.push_back({std::to_string(file.getSize()), utcText(file.getModifiedUnixMs(), false),
                    textOf(file.getPath()) + (isFolder ? "/" : "")});
  }
  if (!rows.empty()) print(alignedTable(rows));
  return 0;
}

int getFile(SessionClient& client, const SessionArguments& arguments) {
  auto session = client.find(arguments.ids[0]);
  std::string content;
  for (bool isWhole = false; !isWhole;) {
    auto call = session.readFileRequest();
    call.setPath(arguments.path);
    call.setOffset(content.size());
    call.setLength(kPieceBytes);
    auto response =
        client.wait(kj::Promise<capnp::Response<rpc::Session::ReadFileResults>>(call.send()));
    check(response.getOutcome());
    const auto piece = response.getOutcome().getContent().asChars();
    content.append(piece.begin(), piece.size());
    isWhole = piece.size() < kPieceBytes;
  }
  writeWhole(arguments.otherPath, content);
  return 0;
}

int putFile(SessionClient& client, const SessionArguments& arguments) {
  const std::string content = readAll(arguments.otherPath);
  auto session = client.find(arguments.ids[0]);
  uint64_t offset = 0;
  do {
    const std::string piece = content.substr(offset, kPieceBytes);
    auto call = session.writeFileRequest();
    call.setPath(arguments.path);
    call.setContent(asData(piece));
    call.setAppend(offset > 0);
    if (offset == 0 && ::access(arguments.otherPath.c_str(), X_OK) == 0) call.setMode(0755);
    auto response =
        client.wait(kj::Promise<capnp::Response<rpc::Session::WriteFileResults>>(call.send()));
    check(response.getOutcome());
    offset += piece.size();
  } while (offset < content.size());
  return 0;
}

int removeFile(SessionClient& client, const SessionArguments& arguments) {
  auto session = client.find(arguments.ids[0]);
  auto call = session.removeRequest();
  call.setPath(arguments.path);
  auto response =
      client.wait(kj::Promise<capnp::Response<rpc::Session::RemoveResults>>(call.send()));
  check(response.getOutcome());
  return 0;
}

int close(SessionClient& client, const SessionArguments& arguments) {
  for (const auto& id : arguments.ids) closeSession(client, client.find(id));
  return 0;
}

}  // namespace

int sessionCommand(const SessionArguments& arguments, const std::string& socketPath,
                   const RunTenant& tenant) {
  using Action = SessionArguments::Action;
  UvAsyncIo io;
  SessionClient client(io, socketPath, tenant.name);
  switch (arguments.action) {
    case Action::open:
      return open(client, arguments, tenant);
    case Action::list:
      return list(client, arguments);
    case Action::exec:
      return exec(client, arguments);
    case Action::run:
      return run(client, arguments);
    case Action::listFiles:
      return listFiles(client, arguments);
    case Action::getFile:
      return getFile(client, arguments);
    case Action::putFile:
      return putFile(client, arguments);
    case Action::removeFile:
      return removeFile(client, arguments);
    case Action::close:
    case Action::repl:
      break;
  }
  return close(client, arguments);
}

}  // namespace brood::cli
