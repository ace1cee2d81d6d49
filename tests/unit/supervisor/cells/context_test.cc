#include "supervisor/cells/context.h"

#include <gtest/gtest.h>

#include "tests/unit/supervisor/cells/played_cells.h"

namespace brood::supervisor {
namespace {

class ContextTest : public testing::Test, public Context::Listener {
 protected:
  ContextTest() { context_.begin(kj::mv(cells_.worker)); }
  ~ContextTest() noexcept override = default;

  void noteBusy(bool isBusy) override { busy_ += isBusy ? 1 : -1; }
  void noteCell(const CellEnd&) override { ++ended_; }

  kj::Promise<CellReply> execute() {
    auto reply = context_.execute(cells_.order());
    io_.waitScope().poll();
    return reply;
  }
  CellEnd endOf(kj::Promise<CellReply> promise) {
    auto reply = promise.wait(io_.waitScope());
    KJ_REQUIRE(reply.is<CellEnd>(), reply.get<RejectionInfo>().message.c_str());
    return kj::mv(reply.get<CellEnd>());
  }
  std::string codeOf(kj::Promise<CellReply> promise) {
    auto reply = promise.wait(io_.waitScope());
    return reply.is<CellEnd>() ? "" : reply.get<RejectionInfo>().code;
  }

  UvAsyncIo io_;
  PlayedCells cells_{io_};
  int newWorkers_ = 0, busy_ = 0, ended_ = 0;
  Context context_{*cells_.ground, *this, "python", "python",
                   [this]() -> kj::Promise<kj::Own<SessionWorker>> {
                     ++newWorkers_;
                     return KJ_EXCEPTION(FAILED, "nobody forks here");
                   }};
};

TEST_F(ContextTest, RunsCellsOneAfterTheOtherWithNumbersOfTheirOwn) {
  auto first = execute(), second = execute();
  EXPECT_EQ(cells_.nextCell().number, 1u);
  EXPECT_EQ(context_.waiting(), 1u);
  cells_.sayDone(1);
  EXPECT_EQ(endOf(kj::mv(first)).number, 1u);
  io_.waitScope().poll();
  EXPECT_EQ(cells_.nextCell().number, 2u);
  cells_.sayDone(2);
  EXPECT_EQ(endOf(kj::mv(second)).number, 2u);
  io_.waitScope().poll();
  EXPECT_EQ(busy_, 0);
  EXPECT_EQ(ended_, 2);
}

TEST_F(ContextTest, HasNoRoomForAnyNumberOfCells) {
  cells_.config.sessions.maxWaitingCells = 1;
  auto first = execute(), second = execute();
  EXPECT_EQ(codeOf(execute()), "context_busy");
}

TEST_F(ContextTest, AWaitingCellThatNobodyWantsIsNotRun) {
  auto first = execute();
  {
    auto second = execute();
    EXPECT_EQ(context_.waiting(), 1u);
  }
  EXPECT_EQ(context_.waiting(), 0u);
}

TEST_F(ContextTest, WhatIsWrittenBetweenTwoCellsComesWithTheNext) {
  auto first = execute();
  cells_.sayDone(1);
  EXPECT_EQ(endOf(kj::mv(first)).lateOutput, "");
  cells_.played.print("late");
  io_.waitScope().poll();
  auto second = execute();
  cells_.played.print("own");
  cells_.sayDone(2);
  const auto end = endOf(kj::mv(second));
  EXPECT_EQ(end.lateOutput, "late");
  EXPECT_EQ(end.stdout, "own");
}

TEST_F(ContextTest, TheNextCellOfALostInterpreterGetsAnother) {
  auto first = execute();
  context_.end(EndCause::outOfMemory);
  EXPECT_TRUE(endOf(kj::mv(first)).isContextLost);
  io_.waitScope().poll();
  EXPECT_TRUE(context_.isLost());
  EXPECT_EQ(codeOf(execute()), "sandbox_unavailable");
  EXPECT_EQ(newWorkers_, 1);
}

TEST_F(ContextTest, ClosesWithAReasonForThoseThatWait) {
  auto first = execute(), second = execute();
  context_.close({rpc::RejectionKind::GONE, "session_closed", "", "", 0}, EndCause::exited);
  EXPECT_EQ(codeOf(kj::mv(second)), "session_closed");
  EXPECT_TRUE(endOf(kj::mv(first)).isContextLost);
  context_.whenIdle().wait(io_.waitScope());
  EXPECT_EQ(codeOf(execute()), "session_closed");
}

}  // namespace
}  // namespace brood::supervisor
