#include "cli/terminal/line_editor.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

namespace brood::cli {
namespace {

// Says of each line that is typed what it was.
[[noreturn]] void readLines() {
  LineEditor editor;
  std::string line;
  for (;;) {
    switch (editor.read("brood> ", line)) {
      case LineEditor::Ending::endOfInput:
        std::printf("[end]\n");
        std::fflush(stdout);
        ::_exit(0);
      case LineEditor::Ending::interrupted:
        std::printf("[interrupted]\n");
        break;
      case LineEditor::Ending::line:
        editor.remember(line);
        std::printf("[%s]\n", line.c_str());
        break;
    }
    std::fflush(stdout);
  }
}

// Reads what the terminal shows, up to and with `text`.
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

void type(int terminal, const std::string& keys) {
  ASSERT_EQ(::write(terminal, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
}

TEST(LineEditorTest, LinesAreEditedInterruptedRememberedAndEnded) {
  int terminal = -1;
  ::setenv("TERM", "vt100", 1);
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  ASSERT_GE(child, 0);
  if (child == 0) readLines();
  shownUpTo(terminal, "brood> ");
  type(terminal,
       "ab\x7f"
       "c\n");
  EXPECT_NE(shownUpTo(terminal, "[ac]").find("[ac]"), std::string::npos);
  shownUpTo(terminal, "brood> ");
  type(terminal, "\x10\n");  // Ctrl-P: the line before.
  EXPECT_NE(shownUpTo(terminal, "[ac]").find("[ac]"), std::string::npos);
  shownUpTo(terminal, "brood> ");
  type(terminal, "lost\x03");
  EXPECT_NE(shownUpTo(terminal, "[interrupted]").find("[interrupted]"), std::string::npos);
  shownUpTo(terminal, "brood> ");
  type(terminal, "\x04");
  EXPECT_NE(shownUpTo(terminal, "[end]").find("[end]"), std::string::npos);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::close(terminal);
}

}  // namespace
}  // namespace brood::cli
