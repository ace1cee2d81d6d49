// Requests to a file agent, over its channel.

#include "zygote/service/file_agent.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "rpc/wire/fd_passing.h"

namespace brood::zygote {
namespace {

struct Reply {
  FileReply header;
  std::string content;
};

class FileAgentTest : public ::testing::Test {
 protected:
  FileAgentTest() {
    char name[] = "/tmp/brood-agent-test-XXXXXX";
    workspace_ = ::mkdtemp(name);
    auto [ours, theirs] = newStreamPair();
    ours_ = kj::mv(ours);
    agent_ = ::fork();
    if (agent_ == 0) {
      ours_.reset();
      ::umask(022);
      FileAgent agent(theirs.get(), nullptr, workspace_.c_str());
      agent.serve();
      ::_exit(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
    }
  }
  ~FileAgentTest() override {
    ours_.reset();
    int status;
    ::waitpid(agent_, &status, 0);
    EXPECT_EQ(status, 0) << "not dumpable, and without complaint";
    std::error_code ignored;
    std::filesystem::remove_all(workspace_, ignored);
  }

  Reply ask(FileRequest request, const std::string& path, const std::string& other = {},
            const std::string& content = {}) {
    request.number = ++number_;
    request.pathBytes = static_cast<uint32_t>(path.size());
    request.otherBytes = static_cast<uint32_t>(other.size());
    request.contentBytes = content.size();
    const std::string message =
        std::string(reinterpret_cast<const char*>(&request), sizeof(request)) + path + other;
    EXPECT_EQ(::write(ours_.get(), message.data(), message.size()),
              static_cast<ssize_t>(message.size()));
    for (size_t done = 0; done < content.size();) {
      done += ::write(ours_.get(), content.data() + done, content.size() - done);
    }
    Reply reply;
    EXPECT_EQ(::recv(ours_.get(), &reply.header, sizeof(reply.header), MSG_WAITALL),
              static_cast<ssize_t>(sizeof(reply.header)));
    EXPECT_EQ(reply.header.magic, FileReply::kMagic);
    EXPECT_EQ(reply.header.number, number_);
    reply.content.resize(reply.header.contentBytes);
    if (!reply.content.empty()) {
      EXPECT_EQ(::recv(ours_.get(), reply.content.data(), reply.content.size(), MSG_WAITALL),
                static_cast<ssize_t>(reply.content.size()));
    }
    return reply;
  }
  Reply ask(FileOrder order, const std::string& path, const std::string& other = {}) {
    FileRequest request;
    request.order = order;
    request.length = 1 << 20;
    return ask(request, path, other);
  }
  int errorOf(FileOrder order, const std::string& path, const std::string& other = {}) {
    return ask(order, path, other).header.errnoValue;
  }
  int write(const std::string& path, const std::string& content,
            uint32_t flags = FileRequest::kTruncates, uint64_t offset = 0) {
    FileRequest request;
    request.order = FileOrder::write;
    request.flags = flags;
    request.offset = offset;
    request.mode = 0640;
    return ask(request, path, {}, content).header.errnoValue;
  }
  std::string read(const std::string& path) { return ask(FileOrder::read, path).content; }

  // "path" of each record, "path -> target" of links.
  static std::vector<std::string> names(const std::string& records) {
    std::vector<std::string> result;
    for (size_t at = 0; at < records.size();) {
      FileRecord record;
      std::memcpy(&record, records.data() + at, sizeof(record));
      at += sizeof(record);
      std::string name = records.substr(at, record.pathBytes);
      at += record.pathBytes;
      if (record.targetBytes > 0) name += " -> " + records.substr(at, record.targetBytes);
      at += record.targetBytes;
      result.push_back(name);
    }
    return result;
  }
  std::vector<std::string> list(uint32_t depth, uint64_t length, bool* isCutOff = nullptr) {
    FileRequest request;
    request.order = FileOrder::list;
    request.depth = depth;
    request.length = length;
    const Reply reply = ask(request, "");
    if (isCutOff != nullptr) *isCutOff = (reply.header.flags & FileReply::kIsCutOff) != 0;
    return names(reply.content);
  }

  std::string workspace_;
  OwnedFd ours_;
  pid_t agent_ = -1;
  uint32_t number_ = 0;
};

TEST_F(FileAgentTest, WritesAndReadsWholeFilesAndParts) {
  EXPECT_EQ(write("a/b/c.txt", "hello"), 0);
  EXPECT_EQ(read("/home/user/a/b/c.txt"), "hello");
  EXPECT_EQ(write("a/b/c.txt", "J", 0), 0);
  EXPECT_EQ(write("a/b/c.txt", "!", FileRequest::kAppends), 0);
  EXPECT_EQ(read("/workspace/a/b/c.txt"), "Jello!");
  EXPECT_EQ(write("a/b/c.txt", "y", 0, 8), 0);
  FileRequest part;
  part.order = FileOrder::read;
  part.offset = 4;
  part.length = 3;
  EXPECT_EQ(ask(part, "a/b/c.txt").content, std::string("o!\0", 3));
  EXPECT_EQ(write("a/b/c.txt", "", FileRequest::kTruncates), 0);
  EXPECT_EQ(read("a/b/c.txt"), "");
  struct stat info;
  ASSERT_EQ(::stat((workspace_ + "/a/b/c.txt").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
  const std::string large(3 << 20, 'x');
  EXPECT_EQ(write("large", large), 0);
  EXPECT_EQ(read("large").size(), size_t{1} << 20) << "as much as was asked for";
}

TEST_F(FileAgentTest, ReadsFilesThatTellNoSize) {
  EXPECT_NE(read("/proc/self/status").find("Name:"), std::string::npos);
}

TEST_F(FileAgentTest, WhatIsNoFileIsAnErrorAndHoldsNothingUp) {
  ASSERT_EQ(::mkfifo((workspace_ + "/pipe").c_str(), 0600), 0);
  EXPECT_EQ(errorOf(FileOrder::read, "pipe"), EINVAL);
  EXPECT_EQ(write("pipe", "text"), ENXIO);
  EXPECT_EQ(errorOf(FileOrder::read, ""), EISDIR);
  EXPECT_EQ(errorOf(FileOrder::read, "none"), ENOENT);
  EXPECT_EQ(write("/proc/none/file", "text"), ENOENT);
  EXPECT_EQ(errorOf(FileOrder::list, "pipe"), ENOTDIR);
  EXPECT_EQ(errorOf(FileOrder::stat, std::string("a\0b", 3)), EINVAL);
  EXPECT_EQ(ask(static_cast<FileOrder>(99), "x").header.errnoValue, ENOSYS);
  EXPECT_EQ(write("after", "all"), 0);
}

TEST_F(FileAgentTest, DescribesFilesAndLinksThemselves) {
  ASSERT_EQ(write("file", "12345"), 0);
  ASSERT_EQ(::symlink("file", (workspace_ + "/link").c_str()), 0);
  const Reply reply = ask(FileOrder::stat, "file");
  FileRecord record;
  ASSERT_GE(reply.content.size(), sizeof(record));
  std::memcpy(&record, reply.content.data(), sizeof(record));
  EXPECT_EQ(record.size, 5u);
  EXPECT_TRUE(S_ISREG(record.mode));
  EXPECT_EQ(record.userId, ::getuid());
  EXPECT_GT(record.modifiedMs, 1'000'000'000'000);
  EXPECT_EQ(names(reply.content), std::vector<std::string>{"/workspace/file"});
  EXPECT_EQ(names(ask(FileOrder::stat, "link").content),
            std::vector<std::string>{"/workspace/link -> file"});
}

TEST_F(FileAgentTest, ListsAsDeepAsItIsAsked) {
  for (const char* path : {"b/2", "b/1", "a"}) ASSERT_EQ(write(path, ""), 0);
  ASSERT_EQ(::symlink("..", (workspace_ + "/b/up").c_str()), 0);
  EXPECT_EQ(list(1, 4096), (std::vector<std::string>{"/workspace/a", "/workspace/b"}));
  EXPECT_EQ(list(9, 4096),
            (std::vector<std::string>{"/workspace/a", "/workspace/b", "/workspace/b/1",
                                      "/workspace/b/2", "/workspace/b/up -> .."}));
  bool isCutOff = false;
  EXPECT_EQ(list(9, 110, &isCutOff), (std::vector<std::string>{"/workspace/a", "/workspace/b"}));
  EXPECT_TRUE(isCutOff);
}

TEST_F(FileAgentTest, MakesMovesAndRemoves) {
  EXPECT_EQ(errorOf(FileOrder::makeFolder, "x/y"), 0);
  EXPECT_EQ(errorOf(FileOrder::makeFolder, "x/y"), 0);
  ASSERT_EQ(write("x/y/file", "text"), 0);
  EXPECT_EQ(errorOf(FileOrder::makeFolder, "x/y/file"), ENOTDIR);
  EXPECT_EQ(errorOf(FileOrder::move, "x", "new/place"), 0);
  EXPECT_EQ(read("new/place/y/file"), "text");
  EXPECT_EQ(errorOf(FileOrder::move, "x", "y"), ENOENT);
  EXPECT_EQ(errorOf(FileOrder::remove, "x"), ENOENT);
  EXPECT_EQ(errorOf(FileOrder::remove, "new"), 0);
  EXPECT_TRUE(list(1, 4096).empty());
  EXPECT_EQ(errorOf(FileOrder::remove, "/workspace"), EBUSY);
}

}  // namespace
}  // namespace brood::zygote
