#include "cli/terminal/line_editor.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "tests/unit/cli/typed_terminal.h"

namespace brood::cli {
namespace {

// Says of each line that is typed what it was.
int readLines() {
  LineEditor editor;
  std::string line;
  for (;;) {
    switch (editor.read("brood> ", line)) {
      case LineEditor::Ending::endOfInput:
        std::printf("[end]\n");
        std::fflush(stdout);
        return 0;
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

TEST(LineEditorTest, LinesAreEditedInterruptedRememberedAndEnded) {
  TypedTerminal terminal(readLines);
  const auto shows = [&terminal](const std::string& text) {
    return terminal.upTo(text).ends_with(text);
  };
  ASSERT_TRUE(shows("brood> "));
  terminal.awaitKeys();
  terminal.type(
      "ab\x7f"
      "c\n");
  ASSERT_TRUE(shows("[ac]"));
  ASSERT_TRUE(shows("brood> "));
  terminal.awaitKeys();
  terminal.type("\x10\n");  // Ctrl-P: the line before.
  ASSERT_TRUE(shows("[ac]"));
  ASSERT_TRUE(shows("brood> "));
  terminal.awaitKeys();
  terminal.type("lost");
  ASSERT_TRUE(shows("lost"));
  terminal.type("\x03");
  ASSERT_TRUE(shows("[interrupted]"));
  ASSERT_TRUE(shows("brood> "));
  terminal.awaitKeys();
  terminal.type("\x04");
  ASSERT_TRUE(shows("[end]"));
  EXPECT_EQ(terminal.exitCode(), 0);
}

}  // namespace
}  // namespace brood::cli
