#include "supervisor/output_collector.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "rpc/fd_passing.h"
#include "rpc/uv_io.h"

namespace brood {
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
    ASSERT_EQ(::write(write_.get(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }
  static std::string textOf(const OutputCollector& collector) {
    auto bytes = collector.collected();
    return std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  }

  UvAsyncIo io_;
  OwnedFd read_, write_;
  kj::Own<UvFdObserver> observer_;
};

TEST_F(OutputCollectorTest, takesWhatIsThereWithoutWaitingForWritersThatLive) {
  auto output = collector(100);
  auto overCap = output->whenOverCap();
  write("hello");
  output->finish().wait(io_.waitScope());
  EXPECT_EQ(textOf(*output), "hello");
  EXPECT_FALSE(output->truncated());
  EXPECT_FALSE(overCap.poll(io_.waitScope()));
}

TEST_F(OutputCollectorTest, countsWhatItLeavesOut) {
  auto output = collector(5);
  auto overCap = output->whenOverCap();
  write("1234567");
  overCap.wait(io_.waitScope());
  output->finish().wait(io_.waitScope());
  EXPECT_EQ(textOf(*output), "12345");
  EXPECT_EQ(output->writtenBytes(), 7u);
}

TEST_F(OutputCollectorTest, exactlyTheCapIsNotTooMuch) {
  auto output = collector(5);
  auto overCap = output->whenOverCap();
  write("12345");
  output->finish().wait(io_.waitScope());
  EXPECT_EQ(textOf(*output), "12345");
  EXPECT_FALSE(output->truncated());
}

TEST_F(OutputCollectorTest, oneByteMoreKeepsTheHeadAndSaysSo) {
  auto output = collector(5);
  auto overCap = output->whenOverCap();
  write("123456");
  overCap.wait(io_.waitScope());
  output->finish().wait(io_.waitScope());
  EXPECT_EQ(textOf(*output), "12345");
  EXPECT_TRUE(output->truncated());
}

TEST_F(OutputCollectorTest, takesMoreThanThePipeHolds) {
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
  output->finish().wait(io_.waitScope());
  EXPECT_EQ(output->collected().size(), kBytes);
}

TEST_F(OutputCollectorTest, outputThatCannotBeReadIsNoEndOfIt) {
  UvFdObserver observer(io_.port(), write_.get(), UvFdObserver::Interest::write);
  OutputCollector output(write_.get(), observer, rpc::OutputStream::STDOUT, 100, nullptr);
  EXPECT_THROW(kj::evalNow([&]() { return output.finish(); }).wait(io_.waitScope()), kj::Exception);
}

}  // namespace
}  // namespace brood
