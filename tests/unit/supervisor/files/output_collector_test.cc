#include "supervisor/files/output_collector.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "rpc/loop/uv_io.h"
#include "rpc/wire/fd_passing.h"

namespace brood::supervisor {
namespace {

class OutputCollectorTest : public testing::Test {
 protected:
  OutputCollectorTest() {
    auto [readEnd, writeEnd] = newPipe();
    ::fcntl(readEnd.get(), F_SETFL, O_NONBLOCK);
    read_ = kj::mv(readEnd);
    write_ = kj::mv(writeEnd);
    observer_ = kj::heap<UvFdObserver>(io_.port(), read_.get(), UvFdObserver::Interest::read);
  }
  ~OutputCollectorTest() noexcept override = default;
  kj::Own<OutputCollector> collector(uint64_t capBytes) {
    return kj::heap<OutputCollector>(read_.get(), *observer_, rpc::OutputStream::STDOUT, capBytes,
                                     nullptr);
  }
  void write(const std::string& text) {
    ASSERT_EQ(::write(write_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  static std::string textOf(const OutputCollector& collector) {
    auto bytes = collector.collected();
    return std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  }

  UvAsyncIo io_;
  OwnedFd read_, write_;
  kj::Own<UvFdObserver> observer_;
};

TEST_F(OutputCollectorTest, TakesWhatIsThereWithoutWaitingForWritersThatLive) {
  auto output = collector(100);
  auto overCap = output->whenOverCap();
  write("hello");
  output->finish();
  EXPECT_EQ(textOf(*output), "hello");
  EXPECT_FALSE(output->truncated());
  EXPECT_FALSE(overCap.poll(io_.waitScope()));
}

// Keeps what it is sent, and takes no more until it is told to.
class SlowSink final : public rpc::OutputSink::Server {
 public:
  kj::Promise<void> output(OutputContext context) override {
    const auto data = context.getParams().getData().asChars();
    text.append(data.begin(), data.size());
    auto paf = kj::newPromiseAndFulfiller<void>();
    taken = kj::mv(paf.fulfiller);
    return kj::mv(paf.promise);
  }

  std::string text;
  kj::Own<kj::PromiseFulfiller<void>> taken;
};

TEST_F(OutputCollectorTest, ForwardsWhatIsThereWhenAsked) {
  auto server = kj::heap<SlowSink>();
  auto& sink = *server;
  rpc::OutputSink::Client client(kj::mv(server));
  OutputCollector output(read_.get(), *observer_, rpc::OutputStream::STDOUT, 100, client);
  auto overCap = output.whenOverCap();
  output.forwardPresent().wait(io_.waitScope());
  EXPECT_EQ(sink.text, "");
  write("before");
  auto forwarded = output.forwardPresent();
  // Written later, so that its place is behind whatever the caller now sends.
  write("after");
  EXPECT_FALSE(forwarded.poll(io_.waitScope()));
  EXPECT_EQ(sink.text, "before");
  sink.taken->fulfill();
  forwarded.wait(io_.waitScope());
  EXPECT_FALSE(overCap.poll(io_.waitScope()));
  output.finish();
  kj::evalLast([] {}).wait(io_.waitScope());
  EXPECT_EQ(sink.text, "beforeafter");
}

TEST_F(OutputCollectorTest, IsNotBrokenOffByWhoeverAskedForwarding) {
  auto server = kj::heap<SlowSink>();
  auto& sink = *server;
  rpc::OutputSink::Client client(kj::mv(server));
  OutputCollector output(read_.get(), *observer_, rpc::OutputStream::STDOUT, 3, client);
  auto overCap = output.whenOverCap();
  write("12345");
  { auto abandoned = output.forwardPresent(); }
  output.finish();
  kj::evalLast([] {}).wait(io_.waitScope());
  EXPECT_EQ(sink.text, "123");
  EXPECT_TRUE(output.truncated());
}

TEST_F(OutputCollectorTest, CountsWhatItLeavesOut) {
  auto output = collector(5);
  auto overCap = output->whenOverCap();
  write("1234567");
  overCap.wait(io_.waitScope());
  output->finish();
  EXPECT_EQ(textOf(*output), "12345");
  EXPECT_EQ(output->writtenBytes(), 7u);
}

TEST_F(OutputCollectorTest, ExactlyTheCapIsNotTooMuch) {
  auto output = collector(5);
  auto overCap = output->whenOverCap();
  write("12345");
  output->finish();
  EXPECT_EQ(textOf(*output), "12345");
  EXPECT_FALSE(output->truncated());
}

TEST_F(OutputCollectorTest, OneByteMoreKeepsTheHeadAndSaysSo) {
  auto output = collector(5);
  auto overCap = output->whenOverCap();
  write("123456");
  overCap.wait(io_.waitScope());
  output->finish();
  EXPECT_EQ(textOf(*output), "12345");
  EXPECT_TRUE(output->truncated());
}

TEST_F(OutputCollectorTest, TakesMoreThanThePipeHolds) {
  constexpr size_t kBytes = 1 << 20;
  auto output = collector(kBytes);
  auto overCap = output->whenOverCap();
  std::thread writer([&] {
    const std::string text(kBytes, 'x');
    size_t written = 0;
    while (written < text.size()) {
      ssize_t count = ::write(write_.get(), text.data() + written, text.size() - written);
      if (count <= 0) break;
      written += static_cast<size_t>(count);
    }
    write_.reset();
  });
  while (output->collected().size() < kBytes) {
    overCap.poll(io_.waitScope());
  }
  writer.join();
  output->finish();
  EXPECT_EQ(output->collected().size(), kBytes);
}

TEST_F(OutputCollectorTest, OutputThatCannotBeReadIsNoEndOfIt) {
  UvFdObserver observer(io_.port(), write_.get(), UvFdObserver::Interest::write);
  OutputCollector output(write_.get(), observer, rpc::OutputStream::STDOUT, 100, nullptr);
  EXPECT_THROW(output.finish(), kj::Exception);
}

}  // namespace
}  // namespace brood::supervisor
