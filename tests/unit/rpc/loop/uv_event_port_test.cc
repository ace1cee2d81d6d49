#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "tests/unit/rpc/loop/uv_test.h"

namespace brood {
namespace {

using Timers = UvTest;
using Wake = UvTest;
using Loop = UvTest;

TEST_F(Timers, FireInTheOrderOfTheirDeadlines) {
  UvAsyncIo io;
  std::vector<int> fired;
  auto builder = kj::heapArrayBuilder<kj::Promise<void>>(3);
  for (int delayMs : {15, 1, 8}) {
    builder.add(io.timer()
                    .afterDelay(delayMs * kj::MILLISECONDS)
                    .then([&fired, delayMs]() { fired.push_back(delayMs); })
                    .eagerlyEvaluate(nullptr));
  }
  kj::joinPromises(builder.finish()).wait(io.waitScope());
  EXPECT_EQ(fired, (std::vector<int>{1, 8, 15}));
}

TEST_F(Timers, NeverFireEarly) {
  UvAsyncIo io;
  for (int i = 0; i < 20; ++i) {
    const auto start = kj::systemPreciseMonotonicClock().now();
    const auto deadline = start + 700 * kj::MICROSECONDS;
    io.timer().atTime(deadline).wait(io.waitScope());
    EXPECT_GE(kj::systemPreciseMonotonicClock().now(), deadline);
    EXPECT_GE(io.timer().now(), deadline);
  }
}

TEST_F(Timers, FireByTheThousand) {
  UvAsyncIo io;
  constexpr int kCount = 2000;
  std::vector<kj::TimePoint> fired;
  auto builder = kj::heapArrayBuilder<kj::Promise<void>>(kCount);
  const auto start = io.timer().now();
  for (int i = 0; i < kCount; ++i) {
    const auto deadline = start + ((i * 7919) % 30000) * kj::MICROSECONDS;
    builder.add(io.timer()
                    .atTime(deadline)
                    .then([&fired, deadline]() { fired.push_back(deadline); })
                    .eagerlyEvaluate(nullptr));
  }
  kj::joinPromises(builder.finish()).wait(io.waitScope());
  EXPECT_EQ(fired.size(), static_cast<size_t>(kCount));
  EXPECT_TRUE(std::is_sorted(fired.begin(), fired.end()));
}

TEST_F(Timers, WithNoDelayFireAtOnceEveryTime) {
  UvAsyncIo io;
  for (int i = 0; i < 1000; ++i) {
    io.timer().afterDelay(0 * kj::MILLISECONDS).wait(io.waitScope());
    io.timer().atTime(io.timer().now() - 1 * kj::SECONDS).wait(io.waitScope());
  }
}

// The deadline passes between arming and sleeping; libuv must not sleep for the fired timer.
TEST_F(Timers, DueBeforeTheLoopTurnsStillFire) {
  UvAsyncIo io;
  for (int i = 0; i < 200; ++i) {
    io.timer().afterDelay((i % 40) * 50 * kj::MICROSECONDS).wait(io.waitScope());
  }
}

TEST_F(Timers, AreGoneOnceCancelled) {
  UvAsyncIo io;
  TurnCounter counter(io.loop());
  bool firedCancelled = false;
  {
    auto cancelled = io.timer()
                         .afterDelay(1 * kj::MILLISECONDS)
                         .then([&]() { firedCancelled = true; })
                         .eagerlyEvaluate(nullptr);
  }
  io.timer().afterDelay(10 * kj::MILLISECONDS).wait(io.waitScope());
  EXPECT_FALSE(firedCancelled);
  EXPECT_LT(counter.turns(), 10);
}

TEST_F(Timers, TimeOutAPromise) {
  UvAsyncIo io;
  kj::Promise<void> never = kj::NEVER_DONE;
  auto failure =
      failureOf(io.timer().timeoutAfter(1 * kj::MILLISECONDS, kj::mv(never)), io.waitScope());
  EXPECT_TRUE(KJ_ASSERT_NONNULL(failure) == kj::Exception::Type::OVERLOADED);
}

TEST_F(Wake, ByACrossThreadFulfiller) {
  UvAsyncIo io;
  for (int i = 0; i < 50; ++i) {
    auto paf = kj::newPromiseAndCrossThreadFulfiller<int>();
    std::thread other([&]() { paf.fulfiller->fulfill(kj::cp(i)); });
    EXPECT_EQ(paf.promise.wait(io.waitScope()), i);
    other.join();
  }
}

TEST_F(Wake, ByWakeItself) {
  UvAsyncIo io;
  for (int i = 0; i < 50; ++i) {
    std::thread other([&]() { io.port().wake(); });
    while (!io.port().wait()) {
    }
    other.join();
    EXPECT_FALSE(io.port().poll());
  }
}

TEST_F(Wake, BeforeTheWaitIsNotLost) {
  UvAsyncIo io;
  io.port().wake();
  io.port().wake();
  EXPECT_TRUE(io.port().poll());
  EXPECT_FALSE(io.port().poll());
}

// No wake may be lost however many fall together: a lost last one would leave the loop asleep.
TEST_F(Wake, FromManyThreads) {
  UvAsyncIo io;
  constexpr int kThreads = 4;
  constexpr int kEach = 250;
  std::atomic<int> wakes{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&]() {
      for (int i = 0; i < kEach; ++i) {
        ++wakes;
        io.port().wake();
      }
    });
  }
  while (wakes < kThreads * kEach) io.port().wait();
  for (auto& thread : threads) thread.join();
}

TEST_F(Loop, SleepsWhileNothingHappens) {
  UvAsyncIo io;
  TurnCounter counter(io.loop());
  io.timer().afterDelay(30 * kj::MILLISECONDS).wait(io.waitScope());
  EXPECT_LT(counter.turns(), 10);
}

TEST_F(Loop, RefusesToBeReentered) {
  UvAsyncIo io;
  struct Attempt {
    UvEventPort& port;
    bool refused = false;
  } attempt{io.port()};
  auto timer = newUvHandle<uv_timer_t>("uv_timer_init", &attempt, [&](uv_timer_t* handle) {
    return uv_timer_init(&io.loop(), handle);
  });
  uv_timer_start(
      timer.get(),
      [](uv_timer_t* handle) {
        auto& inner = *static_cast<Attempt*>(handle->data);
        inner.refused = kj::runCatchingExceptions([&]() { inner.port.poll(); }) != nullptr;
      },
      0, 0);
  io.port().poll();
  EXPECT_TRUE(attempt.refused);
}

TEST_F(Loop, TheCallersOwnLoopCanBeUsedAndClosed) {
  uv_loop_t loop;
  requireUv(uv_loop_init(&loop), "uv_loop_init");
  {
    UvEventPort port(loop);
    kj::EventLoop eventLoop(port);
    kj::WaitScope waitScope(eventLoop);
    port.timer().afterDelay(1 * kj::MILLISECONDS).wait(waitScope);
    EXPECT_EQ(&port.loop(), &loop);
  }
  closeUvLoop(loop);
}

TEST_F(Loop, RefusesToCloseUnderALivingHandle) {
  uv_loop_t loop;
  requireUv(uv_loop_init(&loop), "uv_loop_init");
  {
    UvEventPort port(loop);
    EXPECT_THROW(closeUvLoop(loop), kj::Exception);
  }
  closeUvLoop(loop);
}

}  // namespace
}  // namespace brood
