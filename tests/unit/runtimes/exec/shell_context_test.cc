// Cells of one bash that is kept.

#include <gtest/gtest.h>

#include "tests/unit/runtimes/cell_context.h"

namespace brood {
namespace {

// As the manifest has it.
const std::vector<std::string> kBash = {"/bin/bash",   "--norc", "--noprofile",
                                        "--noediting", "-i",     "/proc/self/fd/10"};

class ShellContextTest : public ::testing::Test {
 protected:
  ~ShellContextTest() noexcept override {}
  // "code: output" of a cell that complains of nothing.
  std::string run(const std::string& code) {
    const CellAnswer answer = context_.run(code);
    EXPECT_EQ(answer.err, "") << code;
    return std::to_string(answer.exitCode) + ": " + answer.out;
  }

  kj::Own<Runtime> runtime_ = makeRuntime();
  CellContext context_{*runtime_, {{"OPENED", "yes"}}, kBash};
};

TEST_F(ShellContextTest, KeepsVariablesFunctionsAndFolder) {
  EXPECT_EQ(run("x=5; f() { echo \"f $x $1\"; }; mkdir sub; cd sub; export E=2; a=(1 2)"), "0: ");
  EXPECT_EQ(run("f 1; basename \"$PWD\"; sh -c 'echo $E $OPENED'; echo ${a[1]}; declare -p x"),
            "0: f 5 1\nsub\n2 yes\n2\ndeclare -- x=\"5\"\n");
}

TEST_F(ShellContextTest, TheStatusIsTheCellsAndIsThereForTheNext) {
  EXPECT_EQ(run("false"), "1: ");
  EXPECT_EQ(run("echo $?"), "0: 1\n");
  EXPECT_EQ(run("(exit 200)"), "200: ");
  EXPECT_EQ(run(""), "200: ") << "as an empty line is";
  EXPECT_EQ(run("# a comment"), "200: ");
  EXPECT_EQ(run("true"), "0: ");
}

TEST_F(ShellContextTest, StandardInputIsTheCellsOwn) {
  EXPECT_EQ(context_.run(CellText{"read a; echo \"<$a>\"; cat", "one\ntwo\nthree", {}}).out,
            "<one>\ntwo\nthree");
  context_.run(CellText{"read a", "one\nleft over\n", {}});
  EXPECT_EQ(run("cat; echo end"), "0: end\n");
  const std::string much(1 << 20, 'x');
  EXPECT_EQ(context_.run(CellText{"wc -c", much, {}}).out, "1048576\n");
}

TEST_F(ShellContextTest, VariablesOfACellStaySet) {
  const std::string odd = "it's \\ a\n\"$HOME\" `x`";
  context_.run(CellText{"true", {}, {{"ODD", odd}}});
  EXPECT_EQ(run("printenv ODD"), "0: " + odd + "\n");
}

TEST_F(ShellContextTest, ErrorsEndNoContext) {
  context_.run("x=1");
  CellAnswer answer = context_.run("no_such_command; echo on");
  EXPECT_EQ(answer.err, "bash: no_such_command: command not found\n");
  EXPECT_EQ(answer.out, "on\n");
  answer = context_.run("echo 'unfinished");
  EXPECT_NE(answer.err.find("unexpected EOF"), std::string::npos) << answer.err;
  EXPECT_NE(answer.exitCode, 0);
  answer = context_.run("echo ${nothing:?is missing}; echo on");
  EXPECT_EQ(answer.err, "bash: nothing: is missing\n");
  EXPECT_EQ(answer.out, "");
  answer = context_.run("set -u; echo $nothing; echo on");
  EXPECT_EQ(answer.err, "bash: nothing: unbound variable\n");
  EXPECT_EQ(run("set +u; break 2>/dev/null; echo $x"), "0: 1\n");
}

TEST_F(ShellContextTest, ExitEndsTheContextWithItsStatus) {
  EXPECT_EQ(context_.run("trap 'echo trapped' EXIT; exit 7; echo on").exitCode, -1);
  EXPECT_EQ(context_.close(), "exit 7");
}

TEST_F(ShellContextTest, ExitEndsTheContextThoughAChildKeepsItsPipes) {
  EXPECT_EQ(context_.run("(while :; do read -t 1000 < <(sleep 1000); done) & exit 3").exitCode, -1);
  context_.interrupt();
  EXPECT_EQ(context_.close(), "exit 3");
}

TEST_F(ShellContextTest, ASignalThatEndsTheShellEndsTheContext) {
  EXPECT_EQ(context_.run("kill -9 $$").exitCode, -1);
  EXPECT_EQ(context_.close(), "signal 9");
}

TEST_F(ShellContextTest, AnInterruptEndsTheCellAndKeepsTheShell) {
  context_.run("x=1");
  // Each says that it waits once it does.
  for (const char* waiting :
       {"sh -c 'echo waiting; exec sleep 1000'", "echo waiting; while :; do :; done",
        "for i in 1 2 3; do sh -c 'echo waiting; exec sleep 1000'; done"}) {
    context_.begin(CellText{std::string(waiting) + "\necho after", {}, {}});
    context_.awaitOutput("waiting\n");
    context_.interrupt();
    const CellAnswer answer = context_.finish();
    EXPECT_EQ(answer.exitCode, 130) << waiting;
    EXPECT_EQ(answer.out, "waiting\n") << waiting;
    EXPECT_EQ(run("echo $x"), "0: 1\n") << waiting;
  }
}

TEST_F(ShellContextTest, AnInterruptBetweenCellsIsHarmless) {
  context_.run("x=1");
  for (int i = 0; i < 10; ++i) {
    context_.interrupt();
    EXPECT_NE(context_.run("x=1").exitCode, -1);
  }
  EXPECT_EQ(context_.run("echo $x").out, "1\n");
}

TEST_F(ShellContextTest, OtherProgramsFindNoDescriptorsOfOurs) {
  EXPECT_EQ(run("ls /proc/self/fd | grep '^1[0-9]$'"), "1: ");
  EXPECT_EQ(run("ls -l /proc/self/fd | grep socket"), "1: ");
}

TEST_F(ShellContextTest, BackgroundProgramsGoOn) {
  context_.run("mkfifo pipe; cat pipe > copy & echo started");
  EXPECT_EQ(run("echo text > pipe; wait; cat copy"), "0: text\n");
}

TEST_F(ShellContextTest, LongCodeIsCode) {
  std::string code = "n=0\n";
  for (int i = 0; i < 20000; ++i) code += "n=$((n + 1))\n";
  EXPECT_EQ(run(code + "echo $n"), "0: 20000\n");
}

TEST_F(ShellContextTest, TheEndOfTheChannelEndsTheContext) {
  context_.run("sleep 1000 &");
  EXPECT_EQ(context_.close(), "exit 0");
}

}  // namespace
}  // namespace brood
