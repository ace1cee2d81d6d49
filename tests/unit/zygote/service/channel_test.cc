// Bytes on a worker's channel arrive whole and in their order.

#include "zygote/service/channel.h"

#include <gtest/gtest.h>
#include <kj/exception.h>
#include <unistd.h>

#include <string>

#include "rpc/wire/fd_passing.h"

namespace brood::zygote {
namespace {

kj::ArrayPtr<const kj::byte> bytesOf(const std::string& text) {
  return kj::arrayPtr(reinterpret_cast<const kj::byte*>(text.data()), text.size());
}

class ChannelTest : public ::testing::Test {
 protected:
  ChannelTest() {
    auto [ours, theirs] = newStreamPair();
    ours_ = kj::mv(ours);
    theirs_ = kj::mv(theirs);
  }

  static std::string read(ChannelReader& reader, size_t size) {
    std::string text(size, '\0');
    const bool isThere =
        reader.read(kj::arrayPtr(reinterpret_cast<kj::byte*>(text.data()), text.size()));
    return isThere ? text : "end";
  }

  OwnedFd ours_, theirs_;
};

TEST_F(ChannelTest, ReadsWhatHasBegunAndThenTheRest) {
  ASSERT_TRUE(sendAll(ours_.get(), bytesOf("defgh")));
  ChannelReader reader(theirs_.get(), bytesOf("abc"));
  EXPECT_TRUE(reader.await());
  EXPECT_EQ(read(reader, 2), "ab");
  EXPECT_EQ(read(reader, 3), "cde");
  EXPECT_TRUE(reader.await());
  EXPECT_EQ(read(reader, 3), "fgh");
  ours_.reset();
  EXPECT_TRUE(reader.await());
  EXPECT_EQ(read(reader, 1), "end");
}

TEST_F(ChannelTest, AnEndWithinAMessageIsAnError) {
  ChannelReader reader(theirs_.get(), bytesOf("abc"));
  ours_.reset();
  EXPECT_THROW(read(reader, 4), kj::Exception);
}

TEST_F(ChannelTest, SendingToNobodyIsNoSignal) {
  theirs_.reset();
  EXPECT_FALSE(sendAll(ours_.get(), bytesOf("text")));
  sendWorkerFrame(ours_.get(), WorkerFrame());
}

}  // namespace
}  // namespace brood::zygote
