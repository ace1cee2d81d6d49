#include "rpc/loop/stop_signals.h"

#include <signal.h>

#include "tests/unit/rpc/loop/uv_test.h"

namespace brood {
namespace {

using StopSignalsTest = UvTest;

TEST_F(StopSignalsTest, AreThreeAndEachAsksOnce) {
  for (int number : {SIGTERM, SIGINT, SIGHUP}) {
    UvAsyncIo io;
    StopSignals signals(io.port());
    auto asked = signals.next();
    EXPECT_FALSE(asked.poll(io.waitScope()));
    raise(number);
    asked.wait(io.waitScope());
    EXPECT_FALSE(signals.next().poll(io.waitScope())) << number;
  }
}

TEST_F(StopSignalsTest, DoNotHaveAHangUpThatWasIgnored) {
  signal(SIGHUP, SIG_IGN);
  {
    UvAsyncIo io;
    StopSignals signals(io.port());
    raise(SIGHUP);
    auto asked = signals.next();
    io.timer().afterDelay(1 * kj::MILLISECONDS).wait(io.waitScope());
    EXPECT_FALSE(asked.poll(io.waitScope()));
  }
  signal(SIGHUP, SIG_DFL);
}

}  // namespace
}  // namespace brood
