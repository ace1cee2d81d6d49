#include "supervisor/sandboxes/worker_channel.h"

#include <gtest/gtest.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/socket.h>

#include "rpc/loop/uv_io.h"
#include "rpc/wire/fd_passing.h"
#include "supervisor/sandboxes/worker_pipes.h"

namespace brood::supervisor {
namespace {

class WorkerChannelTest : public testing::Test {
 protected:
  WorkerChannelTest() {
    ::signal(SIGPIPE, SIG_IGN);
    auto ends = newWorkerEnds();
    worker_ = kj::mv(ends.workerChannel);
    channel_ = kj::heap<WorkerChannel>(io_.port(), kj::mv(ends.channel));
  }
  ~WorkerChannelTest() noexcept override = default;

  void say(WorkerFrameKind kind) {
    WorkerFrame frame;
    frame.kind = kind;
    ASSERT_EQ(::send(worker_.get(), &frame, sizeof(frame), 0), static_cast<ssize_t>(sizeof(frame)));
  }
  WorkerJobHeader heard() {
    WorkerJobHeader header;
    EXPECT_EQ(::recv(worker_.get(), &header, sizeof(header), MSG_DONTWAIT),
              static_cast<ssize_t>(sizeof(header)));
    return header;
  }
  static EncodedJob jobOf(size_t bytes) {
    EncodedJob job;
    job.bytes = kj::heapArray<kj::byte>(bytes);
    for (auto& byte : job.bytes) byte = 7;
    return job;
  }

  UvAsyncIo io_;
  OwnedFd worker_;
  kj::Own<WorkerChannel> channel_;
};

TEST_F(WorkerChannelTest, AFrameIsWaitedFor) {
  EXPECT_EQ(channel_->tryReadFrame(), nullptr);
  auto frame = channel_->readFrame();
  EXPECT_FALSE(frame.poll(io_.waitScope()));
  say(WorkerFrameKind::parked);
  auto read = frame.wait(io_.waitScope());
  EXPECT_EQ(KJ_ASSERT_NONNULL(read).kind, WorkerFrameKind::parked);
}

TEST_F(WorkerChannelTest, ThereIsNoFrameOnceTheWorkerIsGone) {
  auto frame = channel_->readFrame();
  worker_.reset();
  EXPECT_EQ(frame.wait(io_.waitScope()), nullptr);
}

TEST_F(WorkerChannelTest, SaysWordsThatAreNoJob) {
  channel_->rouse();
  EXPECT_EQ(heard().byteLength, WorkerJobHeader::kRouse);
  channel_->prime();
  EXPECT_EQ(heard().byteLength, WorkerJobHeader::kPrime);
  worker_.reset();
  channel_->rouse();
}

TEST_F(WorkerChannelTest, AJobLargerThanTheSocketArrivesWhole) {
  constexpr size_t kBytes = 4 << 20;
  auto sent = channel_->send(jobOf(kBytes));
  EXPECT_FALSE(sent.poll(io_.waitScope())) << "nobody reads";
  size_t received = 0;
  kj::byte buffer[65536];
  while (!sent.poll(io_.waitScope())) {
    const auto count = ::recv(worker_.get(), buffer, sizeof(buffer), MSG_DONTWAIT);
    if (count > 0) received += static_cast<size_t>(count);
  }
  sent.wait(io_.waitScope());
  for (ssize_t count; (count = ::recv(worker_.get(), buffer, sizeof(buffer), MSG_DONTWAIT)) > 0;) {
    received += static_cast<size_t>(count);
  }
  EXPECT_EQ(received, kBytes);
}

TEST_F(WorkerChannelTest, AJobForAWorkerThatIsGoneIsDisconnected) {
  worker_.reset();
  for (const bool hasContent : {false, true}) {
    auto job = jobOf(16);
    if (hasContent) job.content = newPipe().first;
    auto failed = channel_->send(kj::mv(job))
                      .then([]() { return false; },
                            [](kj::Exception&& why) {
                              return why.getType() == kj::Exception::Type::DISCONNECTED;
                            });
    EXPECT_TRUE(failed.wait(io_.waitScope()));
  }
}

TEST_F(WorkerChannelTest, AcknowledgesAResultByOneByte) {
  channel_->acknowledgeResult();
  char byte[2];
  EXPECT_EQ(::recv(worker_.get(), byte, sizeof(byte), MSG_DONTWAIT), 1);
}

}  // namespace
}  // namespace brood::supervisor
