#include "tests/unit/cli/served_sessions.h"

#include <kj/debug.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/text.h"
#include "rpc/loop/uv_io.h"
#include "tests/unit/gateway/fake_supervisor.h"

namespace brood::cli {
namespace {

using Contexts = gateway::FakeSessionState::Contexts;

kj::Promise<void> say(rpc::OutputSink::Client sink, const std::string& text) {
  auto output = sink.outputRequest();
  output.setData(asData(text));
  return output.send();
}

[[noreturn]] void serve(const std::string& path, int ready,
                        const ServedSessions::Prepare& prepare) {
  UvAsyncIo io;
  gateway::FakeSupervisorHost host(io.provider().getNetwork(), io.waitScope(), path);
  if (prepare) prepare(host.fake().sessionState);
  KJ_SYSCALL(::write(ready, "x", 1));
  kj::Promise<void>(kj::NEVER_DONE).wait(io.waitScope());
  ::_exit(0);
}

}  // namespace

ServedSessions::ServedSessions(const Prepare& prepare) {
  std::string name = std::filesystem::temp_directory_path() / "brood-cli-XXXXXX";
  KJ_REQUIRE(::mkdtemp(name.data()) != nullptr);
  folder_ = name;
  int ready[2];
  KJ_SYSCALL(::pipe(ready));
  KJ_SYSCALL(pid_ = ::fork());
  if (pid_ == 0) serve(socketPath(), ready[1], prepare);
  ::close(ready[1]);
  char byte = 0;
  ssize_t count = 0;
  KJ_SYSCALL(count = ::read(ready[0], &byte, 1));
  ::close(ready[0]);
  KJ_REQUIRE(count == 1, "the fake supervisor did not start");
}

ServedSessions::~ServedSessions() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  std::filesystem::remove_all(folder_);
}

void ServedSessions::echo(gateway::FakeSessionState& state) {
  state.onExecute = [](Contexts::ExecuteContext context) {
    auto params = context.getParams();
    gateway::fillCellResult(params.getCell(), context.getResults().initOutcome().initResult());
    return say(params.getSink(), textOf(params.getCell().getCode()) + "\n");
  };
  state.onStart = [](Contexts::StartContext context) {
    auto params = context.getParams();
    std::string text;
    for (auto arg : params.getCommand().getArgv()) text += textOf(arg) + "\n";
    auto result = context.getResults().initOutcome().initResult();
    result.initCommand().setId("c1");
    auto job = result.initJob();
    job.setStatus(rpc::JobStatus::ERROR);
    job.setHasExitCode(true);
    job.setExitCode(3);
    return say(params.getSink(), text);
  };
}

}  // namespace brood::cli
