#include <signal.h>

#include "tests/unit/rpc/loop/uv_test.h"

namespace brood {
namespace {

using Signal = UvTest;

TEST_F(Signal, WakesAWaiter) {
  UvAsyncIo io;
  UvSignal hangUp(io.port(), SIGHUP);
  auto arrived = hangUp.next();
  EXPECT_FALSE(arrived.poll(io.waitScope()));
  raise(SIGHUP);
  arrived.wait(io.waitScope());
  auto another = hangUp.next();
  EXPECT_FALSE(another.poll(io.waitScope()));
}

TEST_F(Signal, IsRememberedUntilAskedFor) {
  UvAsyncIo io;
  UvSignal hangUp(io.port(), SIGHUP);
  raise(SIGHUP);
  io.timer().afterDelay(1 * kj::MILLISECONDS).wait(io.waitScope());
  EXPECT_TRUE(hangUp.next().poll(io.waitScope()));
  auto another = hangUp.next();
  EXPECT_FALSE(another.poll(io.waitScope()));
}

TEST_F(Signal, IsNotSwallowedByAnAbandonedWait) {
  UvAsyncIo io;
  UvSignal hangUp(io.port(), SIGHUP);
  { auto abandoned = hangUp.next(); }
  raise(SIGHUP);
  hangUp.next().wait(io.waitScope());
}

TEST_F(Signal, NumbersAreKeptApart) {
  UvAsyncIo io;
  UvSignal user1(io.port(), SIGUSR1);
  UvSignal user2(io.port(), SIGUSR2);
  auto one = user1.next();
  auto two = user2.next();
  raise(SIGUSR2);
  two.wait(io.waitScope());
  EXPECT_FALSE(one.poll(io.waitScope()));
}

TEST_F(Signal, MayArriveWhileItsOwnerGoesAway) {
  UvAsyncIo io;
  for (int i = 0; i < 20; ++i) {
    UvSignal hangUp(io.port(), SIGHUP);
    raise(SIGHUP);
  }
  // With the last owner gone the default action is back, so nothing may be raised from here on.
  io.timer().afterDelay(1 * kj::MILLISECONDS).wait(io.waitScope());
}

}  // namespace
}  // namespace brood
