// A zygote whose runtime left a thread running must not fork, and one without a slot builder must
// not pretend to have one.

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "rpc/wire/fd_passing.h"
#include "zygote/fork_server.h"

namespace brood::zygote {
namespace {

class RuntimeWithThread final : public Runtime {
 public:
  WarmUpReport warmUp(const WarmUpOptions&) override {
    pthread_t thread;
    KJ_REQUIRE(::pthread_create(&thread, nullptr, &sleepForGood, nullptr) == 0);
    return WarmUpReport{kj::str("test"), kj::str("1"), {}, {}};
  }
  void afterFork() override {}
  void park(kj::StringPtr) override {}
  int run(const JobSpec&) override { return 0; }

 private:
  static void* sleepForGood(void*) {
    for (;;) ::pause();
  }
};

class ThreadAssertionTest : public ::testing::Test {
 protected:
  ThreadAssertionTest() {
    auto [ours, theirs] = newSeqpacketPair();
    KJ_SYSCALL(zygote_ = ::fork());
    if (zygote_ == 0) {
      ours.reset();
      RuntimeWithThread runtime;
      ForkServer(theirs.get(), runtime, nullptr).serve();
      ::_exit(0);
    }
    control_ = kj::mv(ours);
    warmedUp_ = ask([](auto request) { request.initWarmUp(); });
  }

  ~ThreadAssertionTest() override {
    control_.reset();
    ::waitpid(zygote_, nullptr, 0);
  }

  struct Answer {
    bool failed;
    std::string layer;
    uint32_t threadCount;
  };

  template <typename Fill>
  Answer ask(Fill fill, std::vector<int> fds = {}) {
    capnp::MallocMessageBuilder message;
    fill(message.initRoot<wire::ZygoteRequest>());
    auto words = capnp::messageToFlatArray(message);
    sendMessage(control_.get(), words.asBytes(), kj::arrayPtr(fds.data(), fds.size()));

    auto outcome = receiveMessage(control_.get());
    KJ_REQUIRE(outcome.kind == ReceiveOutcome::Kind::message);
    auto& bytes = outcome.message.bytes;
    auto answer = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
    std::memcpy(answer.begin(), bytes.begin(), bytes.size());
    capnp::FlatArrayMessageReader reader(answer);
    auto event = reader.getRoot<wire::ZygoteEvent>();
    return {event.isFailed(), event.isFailed() ? event.getFailed().getLayer().cStr() : "",
            event.isReady() ? event.getReady().getThreadCount() : 0};
  }

  pid_t zygote_ = -1;
  OwnedFd control_;
  Answer warmedUp_;
};

TEST_F(ThreadAssertionTest, ThreadIsCountedAndForksAreRefused) {
  EXPECT_EQ(warmedUp_.threadCount, 2u);
  int fd = STDERR_FILENO;
  Answer answer = ask([](auto request) { request.initForkWorker(); }, {fd, fd, fd, fd, fd});
  EXPECT_TRUE(answer.failed);
  EXPECT_EQ(answer.layer, "zygote:threads");
}

TEST_F(ThreadAssertionTest, WithoutSlotBuilderSlotsAreRefused) {
  int fd = STDERR_FILENO;
  EXPECT_TRUE(ask([](auto request) { request.initBuildSlot(); }, {fd}).failed);
  EXPECT_TRUE(ask([](auto request) { request.initForkWorker(); }, {fd}).failed)
      << "descriptors are missing";
}

}  // namespace
}  // namespace brood::zygote
