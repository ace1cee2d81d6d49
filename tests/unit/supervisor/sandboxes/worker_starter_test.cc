#include "supervisor/sandboxes/worker_starter.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "base/plain_text.h"
#include "rpc/loop/uv_io.h"
#include "tests/unit/supervisor/sandboxes/played_zygote.h"

namespace brood::supervisor {
namespace {

class WorkerStarterTest : public testing::Test {
 protected:
  ~WorkerStarterTest() noexcept override { slots_.pool->drain().wait(io_.waitScope()); }

  void say(WorkerFrameKind kind, LayerSet layers = {}) {
    WorkerFrame frame;
    frame.kind = kind;
    frame.layers = layers.bits();
    ASSERT_EQ(::send(slots_.zygote.workerChannel.get(), &frame, sizeof(frame), 0),
              static_cast<ssize_t>(sizeof(frame)));
  }
  std::string failure(kj::Promise<kj::Own<WorkerHandle>> promise) {
    return promise
        .then([](kj::Own<WorkerHandle>) { return std::string("none"); },
              [](kj::Exception&& why) { return plainText(why); })
        .wait(io_.waitScope());
  }

  UvAsyncIo io_;
  PlayedSlots slots_{io_, io_.timer(), 4, 0};
  LayerSet proven_;
  WorkerStarter starter_{io_.port(), *slots_.pool, slots_.config.limits, proven_, slots_.metrics};
};

TEST_F(WorkerStarterTest, AWorkerIsThereWhenItHasParked) {
  auto launched = starter_.launch(slots_.zygote);
  EXPECT_FALSE(launched.poll(io_.waitScope()));
  ASSERT_EQ(slots_.zygote.requests, 2) << "a sandbox, and a worker in it";
  say(WorkerFrameKind::parked);
  auto worker = launched.wait(io_.waitScope());
  EXPECT_EQ(worker->pid(), slots_.zygote.lastPid);
  EXPECT_TRUE(worker->executesPrograms());
}

TEST_F(WorkerStarterTest, OneThatLacksAProvenLayerIsNotTaken) {
  proven_.add(Layer::seccompNumbers);
  auto launched = starter_.launchCold(slots_.zygote);
  EXPECT_FALSE(launched.poll(io_.waitScope()));
  say(WorkerFrameKind::parked);
  EXPECT_NE(failure(kj::mv(launched)).find("lacks layers"), std::string::npos);
  auto next = starter_.launchCold(slots_.zygote);
  EXPECT_FALSE(next.poll(io_.waitScope()));
  say(WorkerFrameKind::parked, proven_);
  next.wait(io_.waitScope());
}

TEST_F(WorkerStarterTest, ASandboxIsTakenApartWhenNothingCanBeForkedIntoIt) {
  slots_.zygote.forksWorkers = false;
  EXPECT_NE(failure(starter_.launch(slots_.zygote)).find("forks no workers"), std::string::npos);
  EXPECT_EQ(slots_.pool->tearingDown(), 1u);
}

TEST_F(WorkerStarterTest, AWorkerThatNobodyWaitsForIsTakenApart) {
  auto launched = starter_.launch(slots_.zygote);
  EXPECT_FALSE(launched.poll(io_.waitScope()));
  launched = nullptr;
  EXPECT_EQ(slots_.pool->tearingDown(), 1u);
}

}  // namespace
}  // namespace brood::supervisor
