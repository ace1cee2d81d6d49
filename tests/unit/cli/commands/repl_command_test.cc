#include "cli/commands/repl_command.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/client/own_files.h"
#include "tests/unit/cli/served_sessions.h"

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

std::string shownUpTo(int terminal, const std::string& text) {
  std::string shown;
  char block[4096];
  while (shown.find(text) == std::string::npos) {
    const ssize_t count = ::read(terminal, block, sizeof(block));
    if (count <= 0) break;
    shown.append(block, static_cast<size_t>(count));
  }
  return shown;
}

TEST(ReplCommandTest, WhatIsTypedRunsOnceItIsWhole) {
  const ServedSessions served(ServedSessions::echo);
  int terminal = -1;
  ::setenv("TERM", "vt100", 1);
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(replCommand({}, served.socketPath(), {}));
  shownUpTo(terminal, "python> ");
  const std::string keys = "f(\n1)\n";
  ASSERT_EQ(::write(terminal, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  const auto shown = shownUpTo(terminal, "f(\r\n1)\r\n");
  EXPECT_NE(shown.find("... "), std::string::npos) << shown;
  shownUpTo(terminal, "python> ");
  ASSERT_EQ(::write(terminal, "\x04", 1), 1);
  shownUpTo(terminal, "never");
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::close(terminal);
}

}  // namespace
}  // namespace brood::cli
