#include "bench/peers/plan.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>

#include "bench/peers/command_peer.h"

namespace brood::bench {
namespace {

class PlanTest : public testing::Test {
 protected:
  PlanTest() {
    char name[] = "/tmp/brood-plan-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~PlanTest() noexcept override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& text) {
    const std::string path = folder_ + "/plan.json";
    std::ofstream(path) << text;
    return path;
  }

  std::string folder_;
};

TEST_F(PlanTest, IsReadAsItWasWritten) {
  const Plan plan = readPlan(write(R"({"runs":3,"seconds":0.5,"clients":2,"pause_ms":1,"peers":[
      {"name":"a","every":4,"argv":["/bin/echo","{code}"]},
      {"name":"b","address":"127.0.0.1:1","path":"/run","body":"{}","answer":"/0"}]})"));
  EXPECT_EQ(plan.runs, 3u);
  ASSERT_EQ(plan.peers.size(), 2u);
  EXPECT_TRUE(plan.peers[0].isCommand());
  EXPECT_EQ(plan.peers[0].every, 4u);
  EXPECT_FALSE(plan.peers[1].isCommand());
  EXPECT_EQ(plan.peers[1].answer, "/0");
}

TEST_F(PlanTest, RefusesAMalformedPlan) {
  EXPECT_THROW(readPlan(folder_ + "/nowhere"), std::runtime_error);
  EXPECT_THROW(readPlan(write("{")), std::runtime_error);
  EXPECT_THROW(readPlan(write("{}")), std::runtime_error);
  EXPECT_THROW(readPlan(write(R"({"runs":1,"seconds":0,"clients":1,"pause_ms":0,
                                  "peers":[{"name":"nobody"}]})")),
               std::runtime_error);
}

TEST_F(PlanTest, JobsAreNumberedByAllCopiesTogether) {
  JobMaker one = numberedJobs(), other = one;
  const JobText first = one.next(), second = other.next();
  EXPECT_NE(first.code, second.code);
  EXPECT_EQ(filledIn("x {code} y {code} {id}", first),
            "x " + first.code + " y " + first.code + " brood-peers-" +
                first.expectedOutput.substr(0, first.expectedOutput.size() - 1));
}

TEST_F(PlanTest, AProgramIsTimedAndItsAnswerChecked) {
  PeerSpec spec;
  spec.name = "sh";
  spec.filePath = folder_ + "/{id}/job";
  spec.fileContent = "{code}";
  spec.argv = {"/bin/sh", "-c", "sed 's/print(\\(.*\\))/\\1/' " + folder_ + "/{id}/job; echo"};
  auto jobs = numberedJobs();
  const Answer answer = runCommand(spec, jobs.next());
  EXPECT_EQ(answer.problem, "");
  EXPECT_GT(answer.nanos, 0u);
  EXPECT_GT(commandRate(spec, {2, 0, jobs}), 0) << "one from each at least";
  spec.argv = {"/bin/echo", "1"};
  EXPECT_NE(runCommand(spec, jobs.next()).problem, "");
  spec.argv = {"/bin/false"};
  EXPECT_NE(runCommand(spec, jobs.next()).problem, "");
  EXPECT_THROW(commandRate(spec, {2, 0, jobs}), PeerError);
}

}  // namespace
}  // namespace brood::bench
