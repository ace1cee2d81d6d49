#include "cli/client/session_run.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "cli/terminal/cli_error.h"
#include "tests/unit/cli/served_sessions.h"

namespace brood::cli {
namespace {

using Contexts = gateway::FakeSessionState::Contexts;

TEST(SessionRunTest, OutputComesAsItIs) {
  const ServedSessions served(ServedSessions::echo);
  UvAsyncIo io;
  SessionClient client(io, served.socketPath(), "");
  CellAsk ask;
  ask.code = "said";
  testing::internal::CaptureStdout();
  const auto ending = runCell(client, client.find("s1"), ask);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "said\n");
  EXPECT_EQ(ending.exitCode, 0);
  EXPECT_EQ(ending.executionCount, 4u);
  EXPECT_EQ(ending.remarks, "");
}

TEST(SessionRunTest, ACommandHasItsExitCode) {
  const ServedSessions served(ServedSessions::echo);
  UvAsyncIo io;
  SessionClient client(io, served.socketPath(), "");
  CommandAsk ask;
  ask.argv = {"ls", "-l"};
  testing::internal::CaptureStdout();
  const auto ending = runSessionCommand(client, client.find("s1"), ask);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "ls\n-l\n");
  EXPECT_EQ(ending.exitCode, 3);
}

TEST(SessionRunTest, ALostInterpreterIsSaid) {
  const ServedSessions served([](gateway::FakeSessionState& state) {
    state.onExecute = [](Contexts::ExecuteContext context) -> kj::Promise<void> {
      auto result = context.getResults().initOutcome().initResult();
      gateway::fillCellResult(context.getParams().getCell(), result);
      result.getJob().setStatus(rpc::JobStatus::MEMORY_LIMIT);
      result.setContextState(rpc::ContextState::LOST);
      static const std::string late = "from a thread";
      result.setLateOutput(asData(late));
      return kj::READY_NOW;
    };
  });
  UvAsyncIo io;
  SessionClient client(io, served.socketPath(), "");
  const auto ending = runCell(client, client.find("s1"), {});
  EXPECT_NE(ending.remarks.find("the interpreter has ended"), std::string::npos);
  EXPECT_NE(ending.remarks.find("from a thread\n"), std::string::npos);
}

TEST(SessionRunTest, ARefusalIsAnError) {
  const ServedSessions served(
      [](gateway::FakeSessionState& state) { state.rejectionCode = "context_busy"; });
  UvAsyncIo io;
  SessionClient client(io, served.socketPath(), "");
  EXPECT_THROW(runCell(client, client.find("s1"), {}), CliError);
}

}  // namespace
}  // namespace brood::cli
