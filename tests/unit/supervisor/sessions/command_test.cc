#include "supervisor/sessions/command.h"

#include <gtest/gtest.h>

#include "supervisor/sessions/commands.h"
#include "tests/unit/supervisor/cells/played_cells.h"

namespace brood::supervisor {
namespace {

class CommandTest : public testing::Test {
 protected:
  CommandTest() {
    limits_.outputBytes = 5;
    limits_.memoryBytes = 1 << 30;
    order_.argv = {"program"};
  }
  ~CommandTest() noexcept override = default;

  Command& begin() {
    leader_ = cells_.worker->leader();
    command_.emplace(*cells_.ground, "1", kj::mv(order_), limits_);
    command_->begin(kj::mv(cells_.worker));
    io_.waitScope().poll();
    return *command_;
  }
  void waitForEnd() {
    command_->whenEnded().wait(io_.waitScope());
    io_.waitScope().poll();
  }

  UvAsyncIo io_;
  PlayedCells cells_{io_};
  JobLimits limits_;
  CommandOrder order_;
  pid_t leader_ = 0;
  std::optional<Command> command_;
};

TEST_F(CommandTest, EndsAsItsProgramDoesAndHasItsOutput) {
  auto& command = begin();
  cells_.played.print("out");
  ::kill(leader_, SIGTERM);
  waitForEnd();
  EXPECT_FALSE(command.isRunning());
  EXPECT_EQ(command.verdict().signal, "SIGTERM");
  EXPECT_EQ(command.stdout(), "out");
}

TEST_F(CommandTest, MoreOutputThanAllowedEndsIt) {
  auto& command = begin();
  cells_.played.print("hello world");
  waitForEnd();
  EXPECT_EQ(command.verdict().status, rpc::JobStatus::OUTPUT_LIMIT);
  EXPECT_EQ(command.stdout(), "hello");
  EXPECT_TRUE(command.stdoutTruncated());
}

TEST_F(CommandTest, OneInTheBackgroundMayWriteOn) {
  order_.isBackground = true;
  auto& command = begin();
  cells_.played.print("hello world");
  io_.waitScope().poll();
  EXPECT_TRUE(command.isRunning());
  EXPECT_EQ(command.stdout(), "");
}

TEST_F(CommandTest, IsEndedWhenItsTimeIsOver) {
  order_.timeoutMs = 1000;
  auto& command = begin();
  cells_.turnClock(1 * kj::SECONDS);
  waitForEnd();
  EXPECT_EQ(command.verdict().status, rpc::JobStatus::TIMEOUT);
}

TEST_F(CommandTest, TakesInputUntilThatIsClosed) {
  order_.input = "a";
  order_.keepsInputOpen = true;
  auto& command = begin();
  const auto write = [&](const char* text, bool thenClose) {
    auto why = command.writeInput(kj::heapArray(kj::StringPtr(text).asBytes()), thenClose)
                   .wait(io_.waitScope());
    KJ_IF_MAYBE (rejection, why) return rejection->code;
    return std::string();
  };
  EXPECT_EQ(write("b", true), "");
  char text[8];
  EXPECT_EQ(::read(cells_.played.stdin.get(), text, sizeof(text)), 2);
  EXPECT_EQ(::read(cells_.played.stdin.get(), text, sizeof(text)), 0);
  EXPECT_EQ(write("c", false), "input_closed");
  command.end(EndCause::exited);
  waitForEnd();
  EXPECT_EQ(write("d", false), "command_ended");
}

}  // namespace
}  // namespace brood::supervisor
