#include "supervisor/sandboxes/sandbox.h"

#include <capnp/message.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>

#include "rpc/loop/uv_io.h"
#include "supervisor/usage/socket_memory.h"
#include "tests/unit/supervisor/sandboxes/fake_sandbox.h"

namespace brood::supervisor {
namespace {

// A child in a network namespace of its own, with so many sockets. Needs CAP_SYS_ADMIN.
kj::Own<ChildProcess> newNetworkChild(Reaper& reaper, int sockets) {
  return newPausedChild(reaper, ::getpid(), {}, [sockets]() {
    if (::unshare(CLONE_NEWNET) != 0) return false;
    for (int i = 0; i < sockets; ++i) {
      if (::socket(AF_INET, SOCK_DGRAM, 0) < 0) return false;
    }
    return true;
  });
}

class SandboxTest : public testing::Test {
 protected:
  ~SandboxTest() noexcept override = default;

  UvAsyncIo io_;
  Reaper reaper_{io_.port()};
  FakeSandbox sandbox_{partsOf(reaper_, 7)};
};

TEST_F(SandboxTest, AForkIsTiedToIt) {
  capnp::MallocMessageBuilder message;
  auto fork = message.initRoot<wire::ForkWorker>();
  sandbox_.fillFork(fork, {});
  EXPECT_EQ(fork.getSlotId(), 7u);
}

TEST_F(SandboxTest, IsResizedOnlyForAnotherSize) {
  sandbox_.setWorkspaceSize({1 << 20, 100});
  EXPECT_TRUE(sandbox_.sizes.empty()) << "it was built with that size";
  sandbox_.setWorkspaceSize({2 << 20, 100});
  sandbox_.setWorkspaceSize({2 << 20, 100});
  EXPECT_EQ(sandbox_.sizes.size(), 1u);
}

TEST_F(SandboxTest, HoldsWhatItsSocketsMayHoldAsWell) {
  auto sandboxWith = [this](int sockets, LayerSet layers) {
    SandboxParts parts = partsOf(reaper_, 8, layers);
    parts.init = newNetworkChild(reaper_, sockets);
    dynamic_cast<FakeMeter&>(*parts.meter).used.heldBytes = 1000;
    return kj::heap<FakeSandbox>(kj::mv(parts));
  };
  LayerSet network;
  network.add(Layer::net);
  auto few = sandboxWith(0, network), many = sandboxWith(3, network), none = sandboxWith(3, {});
  EXPECT_EQ(many->countSockets() - few->countSockets(), 3u);
  EXPECT_EQ(many->heldBytes() - few->heldBytes(), 3 * kMostBytesOfSocket);
  EXPECT_EQ(none->heldBytes(), 1000u) << "it has no network of its own";
}

TEST_F(SandboxTest, WaitsForAllOfItsWorkers) {
  auto& first = sandbox_.adopt(newPausedChild(reaper_));
  auto& second = sandbox_.adopt(newPausedChild(reaper_));
  auto gone = sandbox_.whenGone();
  first.kill();
  first.onExit().wait(io_.waitScope());
  EXPECT_FALSE(gone.poll(io_.waitScope()));
  second.kill();
  gone.wait(io_.waitScope());
}

TEST_F(SandboxTest, ALeaseThatIsDroppedRetiresIt) {
  KeepingOwner owner;
  {
    SlotLease lease(owner, kj::heap<FakeSandbox>(partsOf(reaper_, 9)));
    SlotLease moved = kj::mv(lease);
    EXPECT_EQ(moved->id(), 9u);
    EXPECT_TRUE(owner.retired.empty());
  }
  ASSERT_EQ(owner.retired.size(), 1u);
  EXPECT_EQ(owner.retired.front()->id(), 9u);
}

}  // namespace
}  // namespace brood::supervisor
