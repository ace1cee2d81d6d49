#include "supervisor/sandboxes/namespace_sandbox.h"

#include <capnp/message.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "rpc/loop/uv_io.h"
#include "tests/unit/supervisor/sandboxes/fake_sandbox.h"
#include "tests/unit/supervisor/sandboxes/own_folder.h"

namespace brood::supervisor {
namespace {

class NamespaceSandboxTest : public testing::Test {
 protected:
  NamespaceSandboxTest() {
    SandboxParts parts = partsOf(reaper_, 3);
    parts.init = newInitIn(reaper_, root_);
    sandbox_ = kj::heap<NamespaceSandbox>(kj::mv(parts));
  }
  ~NamespaceSandboxTest() noexcept override = default;

  UvAsyncIo io_;
  OwnFolder root_;
  Reaper reaper_{io_.port()};
  kj::Own<NamespaceSandbox> sandbox_;
};

TEST_F(NamespaceSandboxTest, OpensTheWorkspaceOfItsInit) {
  struct stat info;
  ASSERT_EQ(::fstat(sandbox_->workspaceFd(), &info), 0);
  EXPECT_TRUE(S_ISDIR(info.st_mode));
}

TEST_F(NamespaceSandboxTest, BoundsProcessesWhereTheWorkerParks) {
  capnp::MallocMessageBuilder message;
  auto fork = message.initRoot<wire::ForkWorker>();
  LimitsConfig limits;
  sandbox_->fillFork(fork, limits);
  EXPECT_EQ(fork.getSlotId(), 3u);
  EXPECT_GT(fork.getMaxProcesses(), limits.processes.maximum);
  EXPECT_EQ(fork.getPlace().size(), 0u);
  const auto backstops = sandbox_->backstops({});
  EXPECT_EQ(backstops.dataBytes, 0u);
  EXPECT_EQ(backstops.processes, 0u);
}

TEST_F(NamespaceSandboxTest, ContainsItsWorkersAndNobodyOfOurs) {
  auto& worker = sandbox_->adopt(newPausedChild(reaper_));
  EXPECT_TRUE(sandbox_->contains(worker.pid()));
  EXPECT_FALSE(sandbox_->contains(::getpid()));
  auto stranger = newPausedChild(reaper_);
  EXPECT_FALSE(sandbox_->contains(stranger->pid()));
}

TEST_F(NamespaceSandboxTest, KillsInitAndWorkersAndIsGoneAfterBoth) {
  auto& worker = sandbox_->adopt(newPausedChild(reaper_));
  auto gone = sandbox_->whenGone();
  EXPECT_FALSE(gone.poll(io_.waitScope()));
  sandbox_->kill();
  gone.wait(io_.waitScope());
  io_.waitScope().poll();
  EXPECT_TRUE(worker.exited());
  EXPECT_TRUE(sandbox_->init().exited());
}

TEST_F(NamespaceSandboxTest, IsTakenDownWithAndWithoutAWorker) {
  sandbox_->takeDown().wait(io_.waitScope());
  SandboxParts parts = partsOf(reaper_, 4);
  parts.init = newInitIn(reaper_, root_);
  NamespaceSandbox other(kj::mv(parts));
  other.adopt(newPausedChild(reaper_));
  other.takeDown().wait(io_.waitScope());
}

}  // namespace
}  // namespace brood::supervisor
