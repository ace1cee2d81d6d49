#include "cli/commands/repl_command.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/client/own_files.h"
#include "tests/unit/cli/served_sessions.h"
#include "tests/unit/cli/typed_terminal.h"

namespace brood::cli {
namespace {

TEST(ReplCommandTest, InputThatIsNotTypedIsOneCell) {
  const ServedSessions served(ServedSessions::echo);
  const std::string path = served.folder() + "/cell";
  writeWhole(path, "if x:\n  y\n\nz");
  const int before = ::dup(STDIN_FILENO);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ::dup2(file, STDIN_FILENO);
  testing::internal::CaptureStdout();
  const int exitCode = replCommand({}, served.socketPath(), {});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "if x:\n  y\n\nz\n");
  EXPECT_EQ(exitCode, 0);
  ::dup2(before, STDIN_FILENO);
  ::close(before);
  ::close(file);
}

TEST(ReplCommandTest, WhatIsTypedRunsOnceItIsWhole) {
  const ServedSessions served(ServedSessions::echo);
  TypedTerminal terminal([&served] { return replCommand({}, served.socketPath(), {}); });
  terminal.upTo("python> ");
  terminal.type("f(\n");
  EXPECT_TRUE(terminal.upTo("... ").ends_with("... "));
  terminal.type("1)\n");
  EXPECT_TRUE(terminal.upTo("f(\r\n1)\r\n").ends_with("f(\r\n1)\r\n"));
  terminal.upTo("python> ");
  terminal.awaitKeys();
  terminal.type("\x04");
  EXPECT_EQ(terminal.exitCode(), 0);
}

}  // namespace
}  // namespace brood::cli
