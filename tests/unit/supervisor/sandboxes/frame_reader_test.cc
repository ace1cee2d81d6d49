#include "supervisor/sandboxes/frame_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rpc/wire/fd_passing.h"

namespace brood::supervisor {
namespace {

class FrameReaderTest : public testing::Test {
 protected:
  FrameReaderTest() : ends_(newStreamPair()), reader_(ends_.first.get()) {
    ::fcntl(ends_.first.get(), F_SETFL, O_NONBLOCK);
  }
  ~FrameReaderTest() noexcept override = default;

  void send(const void* bytes, size_t size) {
    ASSERT_EQ(::send(ends_.second.get(), bytes, size, 0), static_cast<ssize_t>(size));
  }
  void sendResult(const std::string& data) {
    const std::string mime = "text/plain";
    WorkerResultHeader header;
    header.mimeBytes = static_cast<uint16_t>(mime.size());
    header.dataBytes = data.size();
    send(&header, sizeof(header));
    send(mime.data(), mime.size());
    send(data.data(), data.size());
  }
  void sendDone() {
    WorkerFrame done;
    done.kind = WorkerFrameKind::done;
    send(&done, sizeof(done));
  }
  // The data of the next result, or "none".
  std::string take() {
    auto taken = reader_.takeResult();
    KJ_IF_MAYBE (result, taken) return {result->data.begin(), result->data.end()};
    return "none";
  }

  std::pair<OwnedFd, OwnedFd> ends_;
  FrameReader reader_;
};

constexpr ResultsConfig kTwo{.maxCount = 2, .maxBytes = 100, .maxTotalBytes = 100};

TEST_F(FrameReaderTest, KeepsResultsToTheEnd) {
  reader_.acceptResults(kTwo);
  sendResult("a");
  sendResult("b");
  sendDone();
  EXPECT_FALSE(reader_.tryRead() == nullptr);
  EXPECT_FALSE(reader_.hasResultToTake());
  EXPECT_EQ(take(), "none");
  EXPECT_EQ(reader_.results().size(), 2u);
}

TEST_F(FrameReaderTest, GoesNoFurtherThanAResultThatIsToBeTaken) {
  reader_.acceptResults(kTwo, FrameReader::Results::oneByOne);
  EXPECT_EQ(take(), "none");
  sendResult("a");
  sendResult("b");
  sendDone();
  for (const char* expected : {"a", "b"}) {
    EXPECT_TRUE(reader_.tryRead() == nullptr);
    EXPECT_TRUE(reader_.tryRead() == nullptr);
    EXPECT_TRUE(reader_.hasResultToTake());
    EXPECT_EQ(take(), expected);
  }
  EXPECT_FALSE(reader_.tryRead() == nullptr);
  EXPECT_TRUE(reader_.results().empty());
}

TEST_F(FrameReaderTest, CountsTheResultsThatHaveBeenTaken) {
  reader_.acceptResults(kTwo, FrameReader::Results::oneByOne);
  for (int i = 0; i < 3; ++i) sendResult("x");
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(reader_.tryRead() == nullptr);
    EXPECT_EQ(take(), "x");
  }
  EXPECT_TRUE(reader_.tryRead() == nullptr);
  EXPECT_TRUE(reader_.hasEnded());
}

TEST_F(FrameReaderTest, KeepsWhatIsLeftOnceNobodyTakesIt) {
  reader_.acceptResults(kTwo, FrameReader::Results::oneByOne);
  sendResult("a");
  sendResult("b");
  EXPECT_TRUE(reader_.tryRead() == nullptr);
  reader_.keepResults();
  EXPECT_TRUE(reader_.tryRead() == nullptr);
  EXPECT_EQ(reader_.results().size(), 2u);
}

}  // namespace
}  // namespace brood::supervisor
