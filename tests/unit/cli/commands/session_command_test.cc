#include "cli/commands/session_command.h"

#include <gtest/gtest.h>

#include "cli/client/own_files.h"
#include "tests/unit/cli/served_sessions.h"

namespace brood::cli {
namespace {

using Action = SessionArguments::Action;

class SessionCommandTest : public testing::Test {
 protected:
  // Returns what the command prints; its exit code goes to `exitCode_`.
  std::string run(Action action) {
    arguments_.action = action;
    testing::internal::CaptureStdout();
    exitCode_ = sessionCommand(arguments_, served_.socketPath(), {});
    return testing::internal::GetCapturedStdout();
  }

  const ServedSessions served_{[](gateway::FakeSessionState& state) {
    ServedSessions::echo(state);
    state.files["a"] = std::string(3 << 20, 'x') + "end";
  }};
  SessionArguments arguments_;
  int exitCode_ = -1;
};

TEST_F(SessionCommandTest, OpensListsAndCloses) {
  EXPECT_EQ(run(Action::open), "s1\n");
  arguments_.ids = {"s1"};
  EXPECT_EQ(run(Action::close), "");
  EXPECT_EQ(exitCode_, 0);
}

TEST_F(SessionCommandTest, RunsACell) {
  arguments_.ids = {"s1"};
  arguments_.code = "x = 1";
  EXPECT_EQ(run(Action::exec), "x = 1\n");
  EXPECT_EQ(exitCode_, 0);
}

TEST_F(SessionCommandTest, BringsFilesOutAndIn) {
  arguments_.ids = {"s1"};
  arguments_.path = "a";
  EXPECT_EQ(run(Action::getFile).size(), (3u << 20) + 3);
  arguments_.otherPath = served_.folder() + "/here";
  writeWhole(arguments_.otherPath, std::string(2 << 20, 'y') + "z");
  arguments_.path = "b";
  run(Action::putFile);
  arguments_.otherPath = "-";
  EXPECT_EQ(run(Action::getFile), std::string(2 << 20, 'y') + "z");
  EXPECT_NE(run(Action::listFiles).find("2097153"), std::string::npos);
  run(Action::removeFile);
  EXPECT_EQ(exitCode_, 0);
}

}  // namespace
}  // namespace brood::cli
