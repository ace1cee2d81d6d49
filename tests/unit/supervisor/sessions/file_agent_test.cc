#include "supervisor/sessions/file_agent.h"

#include <gtest/gtest.h>

#include "tests/unit/supervisor/cells/played_cells.h"

namespace brood::supervisor {
namespace {

class FileAgentTest : public testing::Test {
 protected:
  ~FileAgentTest() noexcept override = default;

  kj::Promise<FileReplyOr> ask(uint64_t mostReplyBytes = 100) {
    FileQuestion question;
    question.header.order = FileOrder::read;
    question.path = "/a";
    question.mostReplyBytes = mostReplyBytes;
    auto reply = agent_.ask(kj::mv(question)).eagerlyEvaluate(nullptr);
    io_.waitScope().poll();
    return reply;
  }
  void answer(FileReply reply, const std::string& content = "") {
    reply.contentBytes = std::max<uint64_t>(reply.contentBytes, content.size());
    cells_.sendBytes(&reply, sizeof(reply));
    if (!content.empty()) cells_.sendBytes(content.data(), content.size());
  }
  FileReply numbered(uint32_t number) {
    FileReply reply;
    reply.number = number;
    return reply;
  }
  std::string codeOf(kj::Promise<FileReplyOr> promise) {
    auto reply = promise.wait(io_.waitScope());
    return reply.is<FileAnswer>() ? "" : reply.get<RejectionInfo>().code;
  }

  UvAsyncIo io_;
  PlayedCells cells_{io_};
  FileAgent agent_{*cells_.ground, [this]() -> kj::Promise<kj::Own<SessionWorker>> {
                     if (cells_.worker.get() == nullptr) return KJ_EXCEPTION(FAILED, "no more");
                     return kj::mv(cells_.worker);
                   }};
};

TEST_F(FileAgentTest, AnswersInTurn) {
  auto first = ask(), second = ask();
  EXPECT_EQ(agent_.waiting(), 2u);
  answer(numbered(1), "hello");
  auto reply = first.wait(io_.waitScope());
  ASSERT_TRUE(reply.is<FileAnswer>());
  EXPECT_EQ(reply.get<FileAnswer>().content.size(), 5u);
  answer(numbered(2));
  EXPECT_EQ(codeOf(kj::mv(second)), "");
  EXPECT_EQ(agent_.waiting(), 0u);
}

TEST_F(FileAgentTest, SaysWhatTheKernelHasRefused) {
  auto asked = ask();
  auto reply = numbered(1);
  reply.errnoValue = ENOENT;
  answer(reply);
  EXPECT_EQ(codeOf(kj::mv(asked)), "file_not_found");
  EXPECT_EQ(fileRejection(EACCES, "/x").code, "permission_denied");
  EXPECT_EQ(fileRejection(ENOSPC, "/x").code, "no_space");
  EXPECT_EQ(fileRejection(EISDIR, "/x").field, "path");
  EXPECT_EQ(fileRejection(EUCLEAN, "/x").code, "file_error");
}

TEST_F(FileAgentTest, IsNotBelievedWhenItAnswersAnotherQuestion) {
  auto asked = ask();
  answer(numbered(9));
  EXPECT_EQ(codeOf(kj::mv(asked)), "file_agent_lost");
  EXPECT_TRUE(cells_.ground->roster.all().empty()) << "it has been ended";
}

TEST_F(FileAgentTest, IsNotBelievedWhenItAnswersMoreThanWasAskedFor) {
  auto asked = ask(4);
  auto reply = numbered(1);
  reply.contentBytes = 1ull << 60;
  answer(reply);
  EXPECT_EQ(codeOf(kj::mv(asked)), "file_agent_lost");
}

TEST_F(FileAgentTest, HasADeadline) {
  auto asked = ask();
  cells_.turnClock(cells_.config.sessions.fileTimeoutMs * kj::MILLISECONDS);
  EXPECT_EQ(codeOf(kj::mv(asked)), "file_timeout");
  EXPECT_EQ(codeOf(ask()), "file_agent_lost") << "there is no other one here";
}

}  // namespace
}  // namespace brood::supervisor
