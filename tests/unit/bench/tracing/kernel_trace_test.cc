#include "bench/tracing/kernel_trace.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "bench/floors/ping_pong.h"

namespace brood::bench {
namespace {

size_t ownCalls(const std::vector<KernelEvent>& events, long number) {
  return static_cast<size_t>(std::count_if(events.begin(), events.end(), [&](const auto& event) {
    return event.kind == KernelEvent::Kind::systemCall && event.pid == ::getpid() &&
           event.number == number;
  }));
}

TEST(KernelTrace, SeesOurCallsAtItsLevelBetweenStartAndStop) {
  auto pingPong = acrossCpus();
  KernelTrace trace;
  ::getppid();
  trace.setLevel(KernelTrace::Level::calls);
  ::getppid();
  trace.start();
  ::getppid();
  ::getppid();
  auto events = trace.stop();
  EXPECT_EQ(ownCalls(events, SYS_getppid), 2u);
  ::getppid();
  trace.start();
  EXPECT_EQ(ownCalls(trace.stop(), SYS_getppid), 0u) << "what was before is gone";
  trace.setLevel(KernelTrace::Level::switches);
  trace.start();
  ::getppid();
  pingPong.roundTrip();  // Waits, and is woken.
  events = trace.stop();
  EXPECT_EQ(ownCalls(events, SYS_getppid), 0u);
  EXPECT_TRUE(std::any_of(events.begin(), events.end(), [](const auto& event) {
    return event.kind == KernelEvent::Kind::switchedIn && event.pid == ::getpid();
  }));
}

}  // namespace
}  // namespace brood::bench
