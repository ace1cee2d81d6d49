// Cells are taken as they were sent, one by one, and answered by their number.

#include "zygote/service/channel_cells.h"

#include <gtest/gtest.h>
#include <kj/exception.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "rpc/wire/fd_passing.h"
#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

std::string message(uint32_t number, const std::string& code, const std::string& input,
                    const std::string& env, uint32_t results = 0) {
  CellHeader header;
  header.number = number;
  header.codeBytes = static_cast<uint32_t>(code.size());
  header.stdinBytes = static_cast<uint32_t>(input.size());
  header.envBytes = static_cast<uint32_t>(env.size());
  header.resultCount = results;
  header.resultBytes = header.resultTotalBytes = 100;
  return std::string(reinterpret_cast<const char*>(&header), sizeof(header)) + code + input + env;
}

class ChannelCellsTest : public ::testing::Test {
 protected:
  ChannelCellsTest() {
    auto [ours, theirs] = newStreamPair();
    ours_ = kj::mv(ours);
    theirs_ = kj::mv(theirs);
  }

  void send(const std::string& text) const {
    ASSERT_EQ(::write(ours_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  ChannelCells cells(const std::string& begun = {}) const {
    return ChannelCells(theirs_.get(),
                        kj::arrayPtr(reinterpret_cast<const kj::byte*>(begun.data()), begun.size()),
                        false);
  }
  WorkerFrame frame() const {
    WorkerFrame frame;
    EXPECT_EQ(::recv(ours_.get(), &frame, sizeof(frame), MSG_WAITALL),
              static_cast<ssize_t>(sizeof(frame)));
    return frame;
  }
  static std::string textOf(kj::ArrayPtr<const kj::byte> bytes) {
    return std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  }
  static void expectThatItThrows(ChannelCells& cells) {
    EXPECT_THROW(static_cast<void>(cells.take()), kj::Exception);
  }

  OwnedFd ours_, theirs_;
};

TEST_F(ChannelCellsTest, TakesOneAfterTheOther) {
  const std::string first = message(1, "code", "", std::string("A=b=c\0D=\0", 9), 2);
  // The beginning has been read with the job that opened the context.
  auto port = cells(first.substr(0, 50));
  send(first.substr(50) + message(2, "next", "", ""));
  KJ_IF_MAYBE (cell, port.take()) {
    EXPECT_EQ(cell->number, 1u);
    EXPECT_EQ(textOf(cell->code), "code");
    ASSERT_EQ(cell->env.size(), 2u);
    EXPECT_STREQ(cell->env[0].name.cStr(), "A");
    EXPECT_STREQ(cell->env[0].value.cStr(), "b=c");
    EXPECT_STREQ(cell->env[1].value.cStr(), "");
    EXPECT_TRUE(cell->shows);
    EXPECT_NE(cell->results, nullptr);
  } else {
    FAIL();
  }
  port.done(257);
  const WorkerFrame done = frame();
  EXPECT_EQ(done.kind, WorkerFrameKind::cellDone);
  EXPECT_EQ(done.cell(), 1u);
  EXPECT_EQ(done.exitCode, 1);
  KJ_IF_MAYBE (cell, port.take()) {
    EXPECT_EQ(textOf(cell->code), "next");
    EXPECT_EQ(cell->results, nullptr);
  } else {
    FAIL();
  }
  ours_.reset();
  EXPECT_TRUE(port.take() == nullptr);
}

TEST_F(ChannelCellsTest, NothingIsShownBetweenCells) {
  auto port = cells();
  send(message(1, "", "", "", 5));
  ResultSink* sink = nullptr;
  KJ_IF_MAYBE (cell, port.take()) sink = cell->results;
  ASSERT_NE(sink, nullptr);
  port.done(0);
  EXPECT_EQ(frame().kind, WorkerFrameKind::cellDone);
  sink->add(1, "text/plain", nullptr);
  send(message(2, "", "", "", 5));
  static_cast<void>(port.take());
  port.done(0);
  EXPECT_EQ(frame().cell(), 2u);
}

TEST_F(ChannelCellsTest, AForkAnswersNothing) {
  auto port = cells();
  send(message(9, "", "", ""));
  static_cast<void>(port.take());
  EXPECT_EQ(inForkedChild([&] {
              port.done(0);
              return 0;
            }),
            0);
  port.done(3);
  EXPECT_EQ(frame().exitCode, 3);
}

TEST_F(ChannelCellsTest, RefusesWhatIsNoCell) {
  auto port = cells(std::string(sizeof(CellHeader), 'x'));
  expectThatItThrows(port);
  auto without = cells(message(1, "", "", "NAME=no end"));
  expectThatItThrows(without);
  auto nameless = cells(message(1, "", "", std::string("NAME\0", 5)));
  expectThatItThrows(nameless);
  std::string large = message(1, "", "", "");
  const uint32_t much = 0xffffffff;
  std::memcpy(large.data() + offsetof(CellHeader, codeBytes), &much, sizeof(much));
  auto huge = cells(large);
  expectThatItThrows(huge);
}

}  // namespace
}  // namespace brood::zygote
