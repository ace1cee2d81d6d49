#include "supervisor/zygotes/message_sender.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>

#include "rpc/loop/uv_io.h"
#include "rpc/wire/fd_passing.h"

namespace brood::supervisor {
namespace {

class MessageSenderTest : public testing::Test {
 public:
  ~MessageSenderTest() noexcept override {}

 protected:
  MessageSenderTest() {
    std::tie(ours_, theirs_) = newSeqpacketPair();
    ::fcntl(ours_.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(theirs_.get(), F_SETFL, O_NONBLOCK);
    observer_.emplace(io_.port(), ours_.get(), UvFdObserver::Interest::readWrite);
    sender_.open(ours_.get(), *observer_);
  }

  kj::Promise<void> send(const std::string& text, std::vector<int> fds = {}) {
    return sender_.send(kj::heapArray<kj::byte>(kj::StringPtr(text.c_str()).asBytes()),
                        std::move(fds), [this]() { ++sent_; });
  }
  // Sends until there is no room; returns the one that waits.
  kj::Promise<void> fill() {
    const std::string large(32'000, 'x');
    for (;;) {
      auto promise = send(large);
      if (!promise.poll(io_.waitScope())) return promise;
      promise.wait(io_.waitScope());
    }
  }
  std::string receive() {
    auto outcome = receiveMessage(theirs_.get());
    if (outcome.kind != ReceiveOutcome::Kind::message) return "";
    return std::string(outcome.message.bytes.asChars().begin(), outcome.message.bytes.size());
  }

  UvAsyncIo io_;
  OwnedFd ours_, theirs_;
  std::optional<UvFdObserver> observer_;
  MessageSender sender_;
  int sent_ = 0;
};

TEST_F(MessageSenderTest, SendsAtOnceWhereThereIsRoom) {
  auto [readEnd, writeEnd] = newPipe();
  auto promise = send("hello", {writeEnd.get()});
  EXPECT_EQ(sent_, 1) << "noted before there can be an answer";
  promise.wait(io_.waitScope());
  auto outcome = receiveMessage(theirs_.get());
  ASSERT_EQ(outcome.kind, ReceiveOutcome::Kind::message);
  EXPECT_EQ(outcome.message.fds.size(), 1u);
}

TEST_F(MessageSenderTest, WaitsForRoomAndKeepsTheOrder) {
  auto first = fill();
  const int before = sent_;
  auto second = send("second"), third = send("third");
  EXPECT_FALSE(second.poll(io_.waitScope()));
  EXPECT_EQ(sent_, before) << "none of those that wait";
  std::vector<std::string> received;
  while (received.size() < static_cast<size_t>(before) + 3) {
    if (auto text = receive(); !text.empty()) received.push_back(text);
    first.poll(io_.waitScope());
    second.poll(io_.waitScope());
    third.poll(io_.waitScope());
  }
  EXPECT_EQ(sent_, before + 3);
  EXPECT_EQ(received[received.size() - 2], "second");
  EXPECT_EQ(received.back(), "third");
}

TEST_F(MessageSenderTest, WhoeverIsDroppedIsNeverSent) {
  auto first = fill();
  const int before = sent_;
  { auto dropped = send("dropped"); }
  auto kept = send("kept");
  std::string last;
  while (!kept.poll(io_.waitScope())) {
    if (auto text = receive(); !text.empty()) last = text;
    first.poll(io_.waitScope());
  }
  while (true) {
    auto text = receive();
    if (text.empty()) break;
    EXPECT_NE(text, "dropped");
    last = text;
  }
  EXPECT_EQ(last, "kept");
  EXPECT_EQ(sent_, before + 2);
}

TEST_F(MessageSenderTest, AClosedSocketRefuses) {
  auto waiting = fill();
  sender_.close();
  auto late = send("late");
  EXPECT_THROW(late.wait(io_.waitScope()), kj::Exception);
  while (!receive().empty()) {
  }
  EXPECT_THROW(waiting.wait(io_.waitScope()), kj::Exception) << "one that waited is refused";
}

TEST_F(MessageSenderTest, NobodyToReadIsAnError) {
  theirs_.reset();
  EXPECT_THROW(send("hello").wait(io_.waitScope()), kj::Exception);
  EXPECT_EQ(sent_, 0);
}

}  // namespace
}  // namespace brood::supervisor
