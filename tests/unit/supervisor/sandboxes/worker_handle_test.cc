#include "supervisor/sandboxes/worker_handle.h"

#include <gtest/gtest.h>

#include "base/plain_text.h"
#include "tests/unit/supervisor/sandboxes/played_worker.h"

namespace brood::supervisor {
namespace {

class WorkerHandleTest : public testing::Test {
 protected:
  ~WorkerHandleTest() noexcept override = default;

  std::string failure(kj::Promise<void> promise) {
    return promise
        .then([]() { return std::string("none"); },
              [](kj::Exception&& why) { return plainText(why); })
        .wait(io_.waitScope());
  }

  UvAsyncIo io_;
  Players stage_{io_};
  PlayedWorker worker_ = stage_.newWorker();
};

TEST_F(WorkerHandleTest, IsParkedWhenTheWorkerSaysSo) {
  auto parked = worker_.handle->whenParked();
  EXPECT_FALSE(parked.poll(io_.waitScope()));
  WorkerFrame frame;
  frame.kind = WorkerFrameKind::missing;
  std::strcpy(frame.layer, "landlock");
  frame.errnoValue = ENOSYS;
  ASSERT_GT(::send(worker_.channel.get(), &frame, sizeof(frame), 0), 0);
  EXPECT_FALSE(parked.poll(io_.waitScope())) << "it does without a layer";
  worker_.say(WorkerFrameKind::parked);
  parked.wait(io_.waitScope());
  ASSERT_EQ(worker_.handle->layers().reasons.size(), 1u);
  EXPECT_EQ(worker_.handle->layers().reasons.front(), "landlock: Function not implemented");
}

TEST_F(WorkerHandleTest, NamesTheStepThatFailed) {
  WorkerFrame frame;
  frame.kind = WorkerFrameKind::failed;
  std::strcpy(frame.layer, "seccomp");
  ASSERT_GT(::send(worker_.channel.get(), &frame, sizeof(frame), 0), 0);
  EXPECT_NE(failure(worker_.handle->whenParked()).find("seccomp"), std::string::npos);
}

TEST_F(WorkerHandleTest, SaysHowAWorkerEndedThatNeverParked) {
  auto parked = worker_.handle->whenParked();
  worker_.channel.reset();
  EXPECT_FALSE(parked.poll(io_.waitScope())) << "how it ended is not known yet";
  stage_.lose(*worker_.handle);
  EXPECT_NE(failure(kj::mv(parked)).find("by signal 9"), std::string::npos);
  EXPECT_TRUE(worker_.handle->exited());
}

TEST_F(WorkerHandleTest, IsLostWithItsInitToo) {
  EXPECT_FALSE(worker_.handle->exited());
  auto& init = worker_.sandbox.init();
  init.kill();
  init.onExit().wait(io_.waitScope());
  io_.waitScope().poll();
  EXPECT_TRUE(worker_.handle->exited());
}

TEST_F(WorkerHandleTest, KnowsWhatWasUsedBeforeItsJob) {
  worker_.meter.used.cpuMicros = 11;
  worker_.meter.noteParked();
  worker_.meter.used.cpuMicros = 17;
  EXPECT_EQ(worker_.meter.cpuMicrosParked(), 11u);
  worker_.handle->prime();
  EXPECT_EQ(worker_.handle->priming(), WorkerHandle::Priming::underWay);
  EXPECT_EQ(worker_.words(), std::vector<uint32_t>{WorkerJobHeader::kPrime});
  worker_.handle->notePrimed();
  EXPECT_EQ(worker_.handle->priming(), WorkerHandle::Priming::done);
  EXPECT_EQ(worker_.meter.cpuMicrosParked(), 17u) << "what priming took is no job's";
}

TEST_F(WorkerHandleTest, TheSandboxIsRetiredWithTheWorkerInIt) {
  const pid_t pid = worker_.handle->pid();
  worker_.handle = nullptr;
  ASSERT_EQ(stage_.owner().retired.size(), 1u);
  EXPECT_EQ(worker_.sandbox.kills, 1);
  worker_.sandbox.whenGone().wait(io_.waitScope());
  EXPECT_NE(::kill(pid, 0), 0) << "it has been reaped";
}

}  // namespace
}  // namespace brood::supervisor
