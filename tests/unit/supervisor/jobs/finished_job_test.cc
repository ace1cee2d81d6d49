#include "supervisor/jobs/finished_job.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace brood::supervisor {
namespace {

class FinishedJobTest : public testing::Test, public JobDismissal {
 protected:
  ~FinishedJobTest() noexcept override = default;

  void dismiss(kj::Own<ActiveJob> answered) override { dismissed_.push_back(answered->id); }
  FinishedJob finish(const char* id) {
    auto active = kj::heap<ActiveJob>();
    active->id = id;
    active->job.program.content = kj::StringPtr("code").asBytes();
    active->job.stdin = kj::StringPtr("input").asBytes();
    active->job.files = {{"file", kj::StringPtr("content").asBytes(), false}};
    return FinishedJob(*this, kj::mv(active));
  }

  std::vector<std::string> dismissed_;
};

TEST_F(FinishedJobTest, IsDismissedWhenItIsDropped) {
  {
    auto job = finish("one");
    EXPECT_EQ(job->id, "one");
    EXPECT_TRUE(dismissed_.empty()) << "its reply is not written yet";
  }
  EXPECT_EQ(dismissed_, std::vector<std::string>{"one"});
}

TEST_F(FinishedJobTest, IsDismissedOnceHoweverOftenItMoves) {
  {
    JobReply reply = finish("one");
    auto job = kj::mv(reply.get<FinishedJob>());
    auto moved = kj::mv(job);
    EXPECT_EQ(moved->id, "one");
  }
  EXPECT_EQ(dismissed_, std::vector<std::string>{"one"});
}

TEST_F(FinishedJobTest, LetsGoOfWhatTheCallerHasLent) {
  auto job = finish("one");
  EXPECT_EQ(job->job.program.content.size(), 0u);
  EXPECT_EQ(job->job.stdin.size(), 0u);
  EXPECT_TRUE(job->job.files.empty());
}

TEST_F(FinishedJobTest, HasNoWorkerWhereNoneHasRunIt) {
  auto job = finish("one");
  EXPECT_EQ(job.worker(), nullptr);
}

}  // namespace
}  // namespace brood::supervisor
