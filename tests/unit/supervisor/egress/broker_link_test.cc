// The test is the broker.
#include "supervisor/egress/broker_link.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/debug.h>

#include "rpc/loop/uv_io.h"
#include "rpc/wire/fd_passing.h"

namespace brood::supervisor {
namespace {

class BrokerLinkTest : public testing::Test {
 protected:
  BrokerLinkTest() {
    auto [ours, theirs] = newSeqpacketPair();
    broker_ = kj::mv(theirs);
    link_ = kj::heap<BrokerLink>(io_.port(), kj::mv(ours));
  }
  ~BrokerLinkTest() noexcept override = default;

  void answer(uint64_t requestId) {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<egress::wire::FromBroker>();
    root.setRequestId(requestId);
    root.setDone();
    sendMessage(broker_.get(), egress::toBytes(message));
  }
  ReceivedMessage asked() {
    auto outcome = receiveMessage(broker_.get());
    return kj::mv(outcome.message);
  }

  UvAsyncIo io_;
  OwnedFd broker_;
  kj::Own<BrokerLink> link_;
};

TEST_F(BrokerLinkTest, AnswersFindTheirQuestionsInAnyOrder) {
  auto running = link_->run().eagerlyEvaluate(nullptr);
  auto ready = link_->whenReady();
  auto first = link_->ask([](auto request) { request.setStatus(); });
  auto second = link_->ask([](auto request) { request.setStatus(); });
  const uint64_t one = egress::ControlMessage(asked().bytes).toBroker().getRequestId();
  const uint64_t two = egress::ControlMessage(asked().bytes).toBroker().getRequestId();
  answer(two);
  second.wait(io_.waitScope());
  EXPECT_FALSE(first.poll(io_.waitScope()));
  EXPECT_FALSE(ready.poll(io_.waitScope()));
  answer(one);
  first.wait(io_.waitScope());
  answer(0);
  ready.wait(io_.waitScope());
}

TEST_F(BrokerLinkTest, DescriptorsAreClosedHereOnceTheyAreOnTheirWay) {
  auto [read, write] = newPipe();
  std::vector<OwnedFd> fds;
  fds.push_back(kj::mv(write));
  auto waiting = link_->ask([](auto request) { request.setStatus(); }, std::move(fds));
  io_.waitScope().poll();
  auto received = asked();
  ASSERT_EQ(received.fds.size(), 1u);
  received.fds.clear();
  char byte;
  EXPECT_EQ(::read(read.get(), &byte, 1), 0) << "somebody has a copy";
}

TEST_F(BrokerLinkTest, ItsEndEndsEveryQuestion) {
  auto waiting = link_->ask([](auto request) { request.setStatus(); });
  auto running = link_->run();
  broker_.reset();
  running.wait(io_.waitScope());
  link_ = nullptr;
  KJ_IF_MAYBE (why, kj::runCatchingExceptions([&]() { waiting.wait(io_.waitScope()); })) {
    EXPECT_EQ(why->getType(), kj::Exception::Type::DISCONNECTED);
  } else {
    FAIL() << "answered by nobody";
  }
}

TEST_F(BrokerLinkTest, CloseIsTheEndOfItsQuestions) {
  link_->close();
  EXPECT_EQ(receiveMessage(broker_.get()).kind, ReceiveOutcome::Kind::endOfFile);
}

}  // namespace
}  // namespace brood::supervisor
