// Results stay within their limits, and a process that was forked sends none.

#include "zygote/service/channel_results.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "rpc/wire/cell_frames.h"
#include "rpc/wire/fd_passing.h"
#include "rpc/wire/worker_frames.h"
#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

class ChannelResultsTest : public ::testing::Test {
 protected:
  ChannelResultsTest() {
    auto [ours, theirs] = newStreamPair();
    ours_ = kj::mv(ours);
    theirs_ = kj::mv(theirs);
  }

  void add(ChannelResults& results, const std::string& mime, const std::string& data) const {
    results.add(7, mime.c_str(),
                kj::arrayPtr(reinterpret_cast<const kj::byte*>(data.data()), data.size()));
  }

  // "mime=data" for each result, "cut" where something was left out.
  std::vector<std::string> received() {
    theirs_.reset();
    std::vector<std::string> all;
    WorkerResultHeader header;
    while (::recv(ours_.get(), &header, sizeof(header), MSG_WAITALL) ==
           static_cast<ssize_t>(sizeof(header))) {
      EXPECT_EQ(header.kind, WorkerFrameKind::result);
      if (header.mimeBytes == 0) {
        all.push_back("cut");
        continue;
      }
      std::string text(header.mimeBytes + header.dataBytes, '\0');
      EXPECT_EQ(::recv(ours_.get(), text.data(), text.size(), MSG_WAITALL),
                static_cast<ssize_t>(text.size()));
      all.push_back(text.insert(header.mimeBytes, "="));
    }
    return all;
  }

  OwnedFd ours_, theirs_;
};

TEST_F(ChannelResultsTest, SaysOnceThatSomethingIsLeftOut) {
  ChannelResults results(theirs_.get(), {.count = 3, .bytes = 4, .totalBytes = 6});
  add(results, "a/b", "1234");
  add(results, "a/b", "12345");
  add(results, "a/b", "123");
  add(results, "a/c", "12");
  EXPECT_EQ(received(), (std::vector<std::string>{"a/b=1234", "cut", "a/c=12"}));
}

TEST_F(ChannelResultsTest, KeepsOneForTheError) {
  ChannelResults results(theirs_.get(),
                         {.count = 2, .bytes = 9, .totalBytes = 99, .keepsOneForError = true});
  for (const char* text : {"1", "2"}) add(results, "a/b", text);
  add(results, kCellErrorMime, "{}");
  EXPECT_EQ(received(),
            (std::vector<std::string>{"a/b=1", "cut", std::string(kCellErrorMime) + "={}"}));
}

TEST_F(ChannelResultsTest, SendsNothingFromAFork) {
  ChannelResults results(theirs_.get(), {.count = 2, .bytes = 9, .totalBytes = 99});
  EXPECT_EQ(inForkedChild([&] {
              add(results, "a/b", "child");
              return 0;
            }),
            0);
  add(results, "a/b", "own");
  EXPECT_EQ(received(), std::vector<std::string>{"a/b=own"});
}

}  // namespace
}  // namespace brood::zygote
