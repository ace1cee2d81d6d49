#include "supervisor/cells/cell_run.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "base/text.h"
#include "tests/unit/supervisor/cells/played_cells.h"

namespace brood::supervisor {
namespace {

class CellRunTest : public testing::Test {
 protected:
  ~CellRunTest() noexcept override = default;

  kj::Promise<void> begin(uint32_t number = 1) {
    run_.emplace(*cells_.ground, *cells_.worker, leftovers_, order_);
    auto running = run_->run(number).eagerlyEvaluate(nullptr);
    io_.waitScope().poll();
    return running;
  }
  std::string output() { return textOf(run_->stdoutCollector().collected()); }
  void pollOnce() { io_.waitScope().poll(); }

  UvAsyncIo io_;
  PlayedCells cells_{io_};
  Leftovers leftovers_{cells_.timer, cells_.worker->pipes(), 100};
  CellOrder order_ = cells_.order("print(1)");
  std::optional<CellRun> run_;
};

TEST_F(CellRunTest, EndsWithItsOwnNumberAndHasItsOutput) {
  auto running = begin(3);
  EXPECT_EQ(cells_.nextCell().number, 3u);
  EXPECT_EQ(cells_.code, "print(1)");
  cells_.played.print("1\n");
  cells_.sayDone(3);
  running.wait(io_.waitScope());
  EXPECT_EQ(run_->verdict().status, rpc::JobStatus::OK);
  EXPECT_FALSE(run_->isContextLost());
  EXPECT_EQ(output(), "1\n");
}

TEST_F(CellRunTest, AnErrorIsItsExitCodeAndWhatItSays) {
  auto running = begin();
  cells_.sayResult(kCellErrorMime, "{}");
  pollOnce();
  cells_.sayDone(1, kCellError);
  running.wait(io_.waitScope());
  EXPECT_EQ(run_->verdict().status, rpc::JobStatus::ERROR);
  EXPECT_EQ(run_->error().size(), 2u);
  EXPECT_TRUE(run_->results().empty());
}

TEST_F(CellRunTest, AnotherNumberEndsTheContextAndNotTheCell) {
  auto running = begin(2);
  cells_.sayDone(1);
  running.wait(io_.waitScope());
  EXPECT_TRUE(run_->isContextLost());
  EXPECT_EQ(run_->verdict().status, rpc::JobStatus::KILLED);
  EXPECT_TRUE(cells_.worker->exited());
}

TEST_F(CellRunTest, WhatIsNoFrameEndsTheContext) {
  auto running = begin();
  const std::string nonsense(64, 'z');
  cells_.sendBytes(nonsense.data(), nonsense.size());
  pollOnce();
  cells_.turnClock(1 * kj::SECONDS);
  running.wait(io_.waitScope());
  EXPECT_TRUE(run_->isContextLost());
  EXPECT_EQ(run_->verdict().status, rpc::JobStatus::KILLED);
}

TEST_F(CellRunTest, AWorkerThatEndsLeavesItsStatus) {
  auto running = begin();
  ::kill(cells_.worker->leader(), SIGTERM);
  running.wait(io_.waitScope());
  EXPECT_TRUE(run_->isContextLost());
  EXPECT_EQ(run_->verdict().signal, "SIGTERM");
}

TEST_F(CellRunTest, OneThatHeedsTheInterruptAtItsTimeKeepsItsContext) {
  order_.limits.wallTimeMs = 1000;
  ::kill(cells_.worker->leader(), SIGSTOP);  // Does not end by the signal.
  auto running = begin();
  cells_.turnClock(1 * kj::SECONDS);
  cells_.played.print("interrupted");
  cells_.sayDone(1, kCellError);
  running.wait(io_.waitScope());
  EXPECT_EQ(run_->verdict().status, rpc::JobStatus::TIMEOUT);
  EXPECT_EQ(run_->verdict().signal, "");
  EXPECT_FALSE(run_->isContextLost());
  EXPECT_EQ(output(), "interrupted");
}

TEST_F(CellRunTest, OneThatDoesNotHeedItLosesItsContext) {
  order_.limits.wallTimeMs = 1000;
  ::kill(cells_.worker->leader(), SIGSTOP);
  auto running = begin();
  cells_.turnClock(1 * kj::SECONDS);
  EXPECT_FALSE(running.poll(io_.waitScope()));
  cells_.turnClock(cells_.config.sessions.interruptGraceMs * kj::MILLISECONDS);
  running.wait(io_.waitScope());
  EXPECT_EQ(run_->verdict().status, rpc::JobStatus::TIMEOUT);
  EXPECT_TRUE(run_->isContextLost());
}

TEST_F(CellRunTest, TimeDoesNotPassWhileTheSessionIsPaused) {
  order_.limits.wallTimeMs = 1000;
  auto running = begin();
  cells_.ground->clock.stop();
  cells_.turnClock(1 * kj::HOURS);
  EXPECT_FALSE(running.poll(io_.waitScope()));
  cells_.ground->clock.goOn();
  cells_.sayDone(1);
  running.wait(io_.waitScope());
  EXPECT_EQ(run_->verdict().status, rpc::JobStatus::OK);
}

TEST_F(CellRunTest, MoreOutputThanAllowedEndsItAndIsNobodysAfterwards) {
  order_.limits.outputBytes = 4;
  ::kill(cells_.worker->leader(), SIGSTOP);
  auto running = begin();
  cells_.turnClock(10 * kj::MILLISECONDS);
  cells_.played.print("hello");
  pollOnce();
  cells_.played.print("more");
  cells_.sayDone(1);
  running.wait(io_.waitScope());
  EXPECT_EQ(run_->verdict().status, rpc::JobStatus::OUTPUT_LIMIT);
  EXPECT_FALSE(run_->isContextLost());
  EXPECT_EQ(output(), "hell");
  EXPECT_EQ(leftovers_.take(), "");
}

TEST_F(CellRunTest, IsEndedForMemoryAtOnce) {
  auto running = begin();
  run_->end(EndCause::outOfMemory, true);
  running.wait(io_.waitScope());
  EXPECT_EQ(run_->verdict().status, rpc::JobStatus::MEMORY_LIMIT);
  EXPECT_TRUE(run_->isContextLost());
}

TEST_F(CellRunTest, AKillOfAnEarlierCellIsNotItsOwn) {
  cells_.played.meter.used.oomKills = 1;
  cells_.ground->counters.take(cells_.played.meter.used);
  auto running = begin();
  cells_.sayDone(1);
  running.wait(io_.waitScope());
  EXPECT_EQ(run_->verdict().status, rpc::JobStatus::OK);
}

}  // namespace
}  // namespace brood::supervisor
