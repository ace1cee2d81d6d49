#include "supervisor/pools/warm_pool.h"

#include <gtest/gtest.h>
#include <kj/timer.h>

#include "tests/unit/supervisor/pools/played_pool.h"

namespace brood::supervisor {
namespace {

class WarmPoolTest : public testing::Test {
 protected:
  ~WarmPoolTest() noexcept override = default;

  // As many as the pool has asked for.
  size_t launchAll() {
    size_t count = 0;
    for (; !played_.launcher.launches.empty(); ++count) {
      auto worker = stage_.newWorker();
      played_.park(kj::mv(worker));
    }
    return count;
  }
  void poll() { io_.waitScope().poll(); }
  void refill() {
    played_.pool.refill();
    poll();
  }
  void turnClock(kj::Duration by) {
    timer_.advanceTo(timer_.now() + by);
    poll();
  }

  UvAsyncIo io_;
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>()};
  Players stage_{io_};
  PlayedPool played_{timer_, io_.waitScope(), 2};
  WarmPool& pool_ = played_.pool;
};

TEST_F(WarmPoolTest, ParksAsManyWorkersAsItsTarget) {
  EXPECT_FALSE(pool_.reachedMinimum());
  refill();
  EXPECT_EQ(launchAll(), 2u);
  EXPECT_EQ(pool_.idle(), 2u);
  EXPECT_TRUE(pool_.reachedMinimum());
  refill();
  EXPECT_EQ(launchAll(), 0u);
}

TEST_F(WarmPoolTest, StartsNoneWhileItsZygoteIsNotReady) {
  played_.zygote.isReady = false;
  refill();
  EXPECT_TRUE(played_.launcher.launches.empty());
}

TEST_F(WarmPoolTest, AParkedWorkerIsAHotStartAndHasASuccessor) {
  refill();
  launchAll();
  {
    auto lease = pool_.acquireNow({});
    EXPECT_EQ(KJ_ASSERT_NONNULL(lease).start, rpc::StartKind::HOT);
    EXPECT_EQ(pool_.leased(), 1u);
    EXPECT_EQ(pool_.idle(), 1u);
  }
  EXPECT_EQ(pool_.leased(), 0u);
  poll();
  EXPECT_EQ(launchAll(), 1u);
  EXPECT_EQ(pool_.starts().hot, 1u);
  EXPECT_EQ(stage_.owner().retired.size(), 1u);
}

TEST_F(WarmPoolTest, JobsGetTheNextWorkersInTheirOrder) {
  auto first = pool_.acquire({}), second = pool_.acquire({});
  poll();
  EXPECT_EQ(pool_.waiting(), 2u);
  played_.park(stage_.newWorker());
  EXPECT_TRUE(first.poll(io_.waitScope()));
  EXPECT_FALSE(second.poll(io_.waitScope()));
  EXPECT_EQ(first.wait(io_.waitScope()).start, rpc::StartKind::WARM);
  EXPECT_EQ(pool_.starts().warm, 1u);
}

TEST_F(WarmPoolTest, AJobThatLeavesGivesItsPlaceUp) {
  auto first = pool_.acquire({}), second = pool_.acquire({});
  first = nullptr;
  EXPECT_EQ(pool_.waiting(), 1u);
  poll();
  played_.park(stage_.newWorker());
  EXPECT_TRUE(second.poll(io_.waitScope()));
}

TEST_F(WarmPoolTest, AWorkerThatIsKilledWhileItIsParkedIsReplaced) {
  refill();
  auto worker = stage_.newWorker();
  auto& handle = *worker.handle;
  played_.park(kj::mv(worker));
  launchAll();
  stage_.lose(handle);
  EXPECT_EQ(pool_.idle(), 1u);
  EXPECT_EQ(launchAll(), 1u);
}

TEST_F(WarmPoolTest, AfterAFailureItPausesBeforeItTriesAgain) {
  refill();
  while (!played_.launcher.launches.empty()) {
    played_.launcher.launches.front()->reject(KJ_EXCEPTION(FAILED, "no memory"));
    played_.launcher.launches.pop_front();
  }
  poll();
  refill();
  EXPECT_TRUE(played_.launcher.launches.empty());
  turnClock(500 * kj::MILLISECONDS);
  EXPECT_EQ(launchAll(), 2u);
}

TEST_F(WarmPoolTest, ADeadZygotesSuccessorIsAskedWithoutAPause) {
  refill();
  played_.zygote.isReady = false;
  while (!played_.launcher.launches.empty()) {
    played_.launcher.launches.front()->reject(KJ_EXCEPTION(DISCONNECTED, "zygote died"));
    played_.launcher.launches.pop_front();
  }
  poll();
  played_.zygote.isReady = true;
  refill();
  EXPECT_EQ(launchAll(), 2u);
}

TEST_F(WarmPoolTest, AJobThatWaitsOutlastsAFailure) {
  auto waiting = pool_.acquire({});
  poll();
  while (!played_.launcher.launches.empty()) {
    played_.launcher.launches.front()->reject(KJ_EXCEPTION(FAILED, "no memory"));
    played_.launcher.launches.pop_front();
  }
  poll();
  EXPECT_EQ(pool_.waiting(), 1u);
  turnClock(500 * kj::MILLISECONDS);
  launchAll();
  EXPECT_TRUE(waiting.poll(io_.waitScope()));
}

TEST_F(WarmPoolTest, TheWorkerThatHasParkedLastIsGivenFirst) {
  refill();
  auto first = stage_.newWorker(), second = stage_.newWorker();
  const pid_t last = second.handle->pid();
  played_.park(kj::mv(first));
  played_.park(kj::mv(second));
  auto lease = pool_.acquireNow({});
  EXPECT_EQ(KJ_ASSERT_NONNULL(lease).worker->pid(), last) << "its memory is in the caches";
}

TEST_F(WarmPoolTest, HasNeverMoreWorkersThanItMay) {
  auto config = PlayedPool::configOf(2);
  config.maxWorkers = 2;
  PlayedPool bounded(timer_, io_.waitScope(), config);
  auto first = bounded.pool.acquire({}), second = bounded.pool.acquire({}),
       third = bounded.pool.acquire({});
  poll();
  EXPECT_EQ(bounded.launcher.launches.size(), 2u);
  bounded.park(stage_.newWorker());
  bounded.park(stage_.newWorker());
  EXPECT_EQ(bounded.launcher.launches.size(), 0u);
  first.wait(io_.waitScope());
  poll();
  ASSERT_EQ(bounded.launcher.launches.size(), 1u) << "one has been given back";
  bounded.park(stage_.newWorker());
  EXPECT_TRUE(third.poll(io_.waitScope()));
}

TEST_F(WarmPoolTest, WorkersOfAZygoteThatLeavesMakeRoom) {
  refill();
  launchAll();
  played_.zygote.leaving = ::getpid();
  refill();
  EXPECT_EQ(played_.launcher.launches.size(), 2u) << "none of those that are parked counts";
  constexpr pid_t kSuccessor = 1;
  played_.park(stage_.newWorker(false, kSuccessor));
  EXPECT_EQ(pool_.idle(), 2u);
  played_.park(stage_.newWorker(false, kSuccessor));
  EXPECT_EQ(pool_.idle(), 2u);
  EXPECT_EQ(stage_.owner().retired.size(), 2u);
}

TEST_F(WarmPoolTest, KeepsTheWorkerWarmThatTheNextJobGets) {
  refill();
  auto first = stage_.newWorker(), second = stage_.newWorker();
  const OwnedFd channel = kj::mv(second.channel);
  auto& meter = second.meter;
  played_.park(kj::mv(first));
  played_.park(kj::mv(second));
  meter.used.cpuMicros = 7;
  pool_.keepNextWarm();
  EXPECT_EQ(meter.cpuMicrosParked(), 7u) << "what that took is no job's";
  WorkerJobHeader header;
  ASSERT_EQ(::recv(channel.get(), &header, sizeof(header), MSG_DONTWAIT),
            static_cast<ssize_t>(sizeof(header)));
  EXPECT_EQ(header.byteLength, WorkerJobHeader::kRouse);
}

TEST_F(WarmPoolTest, PrimesWorkersForLargeJobsAndKeepsThemForThose) {
  played_.zygote.large = true;
  refill();
  launchAll();
  EXPECT_EQ(pool_.primedTarget(), 1u);
  EXPECT_TRUE(pool_.primeNext());
  EXPECT_EQ(pool_.primed(), 0u) << "it is under way";
  EXPECT_FALSE(pool_.primeNext());
  EXPECT_EQ(pool_.primed(), 1u);
  auto lease = pool_.acquireNow({});
  EXPECT_EQ(KJ_ASSERT_NONNULL(lease).worker->priming(), WorkerHandle::Priming::done);
}

TEST_F(WarmPoolTest, ALowerTargetRetiresWhatIsParkedBeyondIt) {
  refill();
  launchAll();
  pool_.setTarget(1);
  EXPECT_EQ(pool_.idle(), 1u);
  EXPECT_EQ(stage_.owner().retired.size(), 1u);
}

TEST_F(WarmPoolTest, DrainingRetiresTheParkedAndRefusesThoseThatWait) {
  refill();
  played_.park(stage_.newWorker());
  auto hot = pool_.acquireNow({});
  auto waiting = pool_.acquire({}).then(
      [](Lease) { return false; },
      [](kj::Exception&& why) { return why.getType() == kj::Exception::Type::DISCONNECTED; });
  pool_.drain();
  EXPECT_TRUE(waiting.wait(io_.waitScope()));
  poll();
  EXPECT_EQ(pool_.idle(), 0u);
  EXPECT_EQ(pool_.starting(), 0u) << "what was on its way is given up";
  EXPECT_FALSE(played_.launcher.launches.front()->isWaiting());
}

TEST_F(WarmPoolTest, TellsWhenNoneIsOut) {
  refill();
  launchAll();
  pool_.whenNoneLeased().wait(io_.waitScope());
  auto lease = pool_.acquireNow({});
  auto none = pool_.whenNoneLeased();
  EXPECT_FALSE(none.poll(io_.waitScope()));
  lease = nullptr;
  none.wait(io_.waitScope());
}

}  // namespace
}  // namespace brood::supervisor
