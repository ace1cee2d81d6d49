#include "supervisor/base/look_thread.h"

#include <gtest/gtest.h>
#include <kj/debug.h>

#include <atomic>
#include <memory>

#include "rpc/loop/uv_io.h"

namespace brood::supervisor {
namespace {

using Urgency = LookThread::Urgency;

TEST(LookThread, DoesAllStepsElsewhere) {
  UvAsyncIo io;
  LookThread thread;
  const auto here = std::this_thread::get_id();
  auto steps = std::make_shared<int>(0);
  auto where = std::make_shared<std::thread::id>();
  auto done = thread.run(
      [steps, where]() {
        *where = std::this_thread::get_id();
        return ++*steps == 5;
      },
      Urgency::routine);
  done.wait(io.waitScope());
  EXPECT_EQ(*steps, 5);
  EXPECT_NE(*where, here);
}

TEST(LookThread, AWaitedForLookPassesLongOnes) {
  UvAsyncIo io;
  LookThread thread;
  std::atomic<bool> isEnough{false};
  auto endless = thread.run([&]() { return isEnough.load(); }, Urgency::routine);
  // Each of these comes to its end while that does not.
  for (int i = 0; i < 20; ++i)
    thread.run([]() { return true; }, Urgency::awaited).wait(io.waitScope());
  for (int i = 0; i < 20; ++i)
    thread.run([]() { return true; }, Urgency::routine).wait(io.waitScope());
  isEnough = true;
  endless.wait(io.waitScope());
}

TEST(LookThread, SaysWhatItTook) {
  UvAsyncIo io;
  LookThread thread;
  auto cpuMicros = []() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1'000'000 + now.tv_nsec / 1'000;
  };
  int steps = 0;
  auto spin = [&]() {
    const auto begun = cpuMicros();
    while (cpuMicros() < begun + 2'000) {
    }
    return ++steps == 3;
  };
  EXPECT_GE(thread.run(spin, Urgency::routine).wait(io.waitScope()), 6'000u);
}

TEST(LookThread, AFailureIsThePromises) {
  UvAsyncIo io;
  LookThread thread;
  auto failing = thread.run([]() -> bool { KJ_FAIL_REQUIRE("no"); }, Urgency::routine);
  EXPECT_THROW(failing.wait(io.waitScope()), kj::Exception);
  thread.run([]() { return true; }, Urgency::routine).wait(io.waitScope());
}

TEST(LookThread, MayEndWithWorkToDo) {
  UvAsyncIo io;
  kj::Promise<uint64_t> left = nullptr;
  {
    LookThread thread;
    left = thread.run([]() { return false; }, Urgency::routine);
  }
  EXPECT_THROW(left.wait(io.waitScope()), kj::Exception);
}

TEST(LookThread, APromiseThatNobodyWantsHarmsNobody) {
  UvAsyncIo io;
  LookThread thread;
  for (int i = 0; i < 100; ++i) {
    auto dropped = thread.run([]() { return true; }, Urgency::routine);
  }
  thread.run([]() { return true; }, Urgency::routine).wait(io.waitScope());
}

TEST(Pace, IsTenTimesWhatALookTookAndNeverTheSame) {
  EXPECT_EQ(pauseBeforeNextLook(0, 0), 5 * kj::MILLISECONDS);
  EXPECT_EQ(pauseBeforeNextLook(0, 512), 10 * kj::MILLISECONDS);
  EXPECT_LT(pauseBeforeNextLook(0, 1023), 15 * kj::MILLISECONDS);
  EXPECT_EQ(pauseBeforeNextLook(20'000, 512), 200 * kj::MILLISECONDS);
}

}  // namespace
}  // namespace brood::supervisor
