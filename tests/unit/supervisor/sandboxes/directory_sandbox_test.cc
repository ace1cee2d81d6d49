#include "supervisor/sandboxes/directory_sandbox.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <string>

#include "rpc/loop/uv_io.h"
#include "tests/unit/supervisor/sandboxes/own_folder.h"

namespace brood::supervisor {
namespace {

class DirectorySandboxTest : public testing::Test {
 protected:
  DirectorySandboxTest() {
    folder_.add("workspace");
    folder_.add("tmp");
    sandbox_ = kj::heap<DirectorySandbox>(partsOf(reaper_, 3), place_, true);
  }
  ~DirectorySandboxTest() noexcept override = default;

  UvAsyncIo io_;
  Reaper reaper_{io_.port()};
  OwnFolder folder_;
  const std::string place_ = folder_.path();
  kj::Own<DirectorySandbox> sandbox_;
};

TEST_F(DirectorySandboxTest, AForkIsToldThePlaceAndNotHowManyProcesses) {
  capnp::MallocMessageBuilder message;
  auto fork = message.initRoot<wire::ForkWorker>();
  sandbox_->fillFork(fork, {});
  EXPECT_EQ(std::string(fork.getPlace().cStr()), place_);
  EXPECT_EQ(fork.getMaxProcesses(), 0u) << "the user's other processes would count";
}

TEST_F(DirectorySandboxTest, BoundsEachProcessUntilSomebodyLooks) {
  JobLimits limits;
  limits.memoryBytes = 100;
  limits.processes = 5;
  const auto bounds = sandbox_->backstops(limits);
  EXPECT_GT(bounds.dataBytes, 200u);
  EXPECT_GT(bounds.processes, 5u);
  DirectorySandbox shared(partsOf(reaper_, 4), place_, false);
  EXPECT_EQ(shared.backstops(limits).processes, 0u) << "others' processes would count";
}

TEST_F(DirectorySandboxTest, ContainsWhatDescendsFromItsWorkers) {
  auto& worker = sandbox_->adopt(newPausedChild(reaper_));
  auto stranger = newPausedChild(reaper_);
  EXPECT_TRUE(sandbox_->contains(worker.pid()));
  EXPECT_FALSE(sandbox_->contains(stranger->pid()));
  EXPECT_FALSE(sandbox_->contains(::getpid()));
}

TEST_F(DirectorySandboxTest, ItsWorkersEndWithTheirCaretaker) {
  auto& worker = sandbox_->adopt(newPausedChild(reaper_));
  auto ended = worker.onExit();
  sandbox_->init().kill();
  ended.wait(io_.waitScope());
}

TEST_F(DirectorySandboxTest, AWorkerThatComesAfterTheEndOfTheCaretakerEnds) {
  sandbox_->init().kill();
  sandbox_->init().onExit().wait(io_.waitScope());
  io_.waitScope().poll();
  sandbox_->adopt(newPausedChild(reaper_)).onExit().wait(io_.waitScope());
}

TEST_F(DirectorySandboxTest, KillingItLeavesTheCaretakerAtWork) {
  auto& worker = sandbox_->adopt(newPausedChild(reaper_));
  sandbox_->kill();
  sandbox_->whenGone().wait(io_.waitScope());
  io_.waitScope().poll();
  EXPECT_TRUE(worker.exited());
  EXPECT_FALSE(sandbox_->init().exited()) << "it has a directory to sweep";
}

TEST_F(DirectorySandboxTest, IsTakenDownWithAndWithoutAWorker) {
  sandbox_->takeDown().wait(io_.waitScope());
  DirectorySandbox other(partsOf(reaper_, 4), place_, true);
  auto& worker = other.adopt(newPausedChild(reaper_));
  other.takeDown().wait(io_.waitScope());
  io_.waitScope().poll();
  EXPECT_TRUE(worker.exited());
}

}  // namespace
}  // namespace brood::supervisor
