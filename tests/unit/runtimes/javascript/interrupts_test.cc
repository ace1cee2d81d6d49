// Interrupts of a parked Node that serves cells.

#include <gtest/gtest.h>

#include "tests/unit/runtimes/cell_context.h"

namespace brood {
namespace {

class NodeInterruptsTest : public ::testing::Test {
 protected:
  CellContext context_{{"/usr/bin/node", "--max-old-space-size=144",
                        std::string(BROOD_RUNTIMES) + "/javascript/loader.js"}};
};

TEST_F(NodeInterruptsTest, AnInterruptEndsTheCell) {
  context_.run("const x = 1; let after = 0");
  for (const char* waiting :
       {"while (true) {}", "await new Promise((r) => setTimeout(r, 1e6))",
        "child_process.execSync('echo started; exec sleep 1000', { stdio: 'inherit' })",
        "for (;;) { try { for (;;) {} } catch {} }"}) {
    context_.begin(
        CellText{std::string("console.log('waiting');\n") + waiting + "\nafter = 1", {}, {}});
    const bool startsProgram = std::string(waiting).find("started") != std::string::npos;
    context_.awaitOutput(startsProgram ? "started\n" : "waiting\n");
    context_.interrupt();
    const CellAnswer answer = context_.finish();
    EXPECT_EQ(answer.exitCode, 1) << waiting;
    EXPECT_NE(answer.error, "") << waiting;
    EXPECT_EQ(context_.run("x + after").text(), "1") << waiting;
  }
}

TEST_F(NodeInterruptsTest, AnInterruptBetweenCellsIsHarmless) {
  context_.run("const x = 1");
  for (int i = 0; i < 5; ++i) {
    context_.interrupt();
    EXPECT_NE(context_.run("x").exitCode, -1);
  }
  EXPECT_EQ(context_.run("x").text(), "1");
}

// An interrupted write must not leave its stream useless.
TEST_F(NodeInterruptsTest, OutputGoesOnAfterAnInterruptedWrite) {
  for (int i = 0; i < 5; ++i) {
    context_.begin(CellText{"for (let i = 0; ; i++) console.log('line', i)", {}, {}});
    context_.awaitOutput("line 100\n");
    context_.interrupt();
    EXPECT_EQ(context_.finish().exitCode, 1);
    EXPECT_EQ(context_.run("console.log('fine'); console.error('too')").out, "fine\n");
  }
}

}  // namespace
}  // namespace brood
