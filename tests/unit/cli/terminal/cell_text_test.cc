#include "cli/terminal/cell_text.h"

#include <gtest/gtest.h>

namespace brood::cli {
namespace {

TEST(CellTextTest, PythonGoesOnInBracketsStringsAndBlocks) {
  for (const char* text : {"x = 1", "f(1, [2])", "'('", "\"it's\"", "# (", "'''a\nb'''",
                           "x = {\n1: 2}", "def f():\n  x\n", "if x:\n  y\n\n", "{'a': 1}",
                           "@d\ndef f(): pass\n", "x  # a:", "'unfinished"}) {
    EXPECT_TRUE(isWholeCell("python", text)) << text;
  }
  for (const char* text : {"f(", "x = [1,\n2", "'''a", "if x:", "def f():\n  y", "x = \\", "@d",
                           "class A:  # why", "f('''\n"}) {
    EXPECT_FALSE(isWholeCell("python", text)) << text;
  }
}

TEST(CellTextTest, ScriptsGoOnInBracketsTemplatesAndComments) {
  for (const char* text : {"x", "f(1)", "// (", "/* ( */", "`${x}`", "const f = () => {\n}"}) {
    EXPECT_TRUE(isWholeCell("javascript", text)) << text;
  }
  for (const char* text : {"f(", "{", "`a", "/* x", "const f = () => {\n1"}) {
    EXPECT_FALSE(isWholeCell("typescript", text)) << text;
  }
}

TEST(CellTextTest, ShellsGoOnInQuotesAndWords) {
  for (const char* text : {"ls", "if a; then b; fi", "for x in 1; do y; done", "f() {\n a\n}",
                           "echo \"a\nb\"", "case x in a) b;; esac", "a # if"}) {
    EXPECT_TRUE(isWholeCell("bash", text)) << text;
  }
  for (const char* text :
       {"if a; then", "for x in 1; do", "f() {", "echo \"a", "echo 'a", "a \\", "a &&", "a |"}) {
    EXPECT_FALSE(isWholeCell("bash", text)) << text;
  }
}

}  // namespace
}  // namespace brood::cli
