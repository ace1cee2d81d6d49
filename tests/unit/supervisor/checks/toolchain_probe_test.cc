#include "supervisor/checks/toolchain_probe.h"

#include <gtest/gtest.h>

#include "tests/unit/supervisor/jobs/idle_system.h"

namespace brood::supervisor {
namespace {

// Answers each of the supervisor's own jobs as the test wants, and keeps what it was asked for.
class PlayedJobs final : public OwnJobs, public JobDismissal {
 public:
  kj::Promise<JobReply> runOwn(AdmittedJob job) override {
    commands.push_back(job.program.command);
    wallTimeMs = job.limits.wallTimeMs;
    return answer();
  }
  void dismiss(kj::Own<ActiveJob>) override {}

  // A job that nobody has run.
  kj::Promise<JobReply> notRun(const char* message) {
    auto job = kj::heap<ActiveJob>();
    job->verdict.message = message;
    return JobReply(FinishedJob(*this, kj::mv(job)));
  }

  kj::Function<kj::Promise<JobReply>()> answer = [this]() { return notRun("no answer is set"); };
  std::vector<std::vector<std::string>> commands;
  uint64_t wallTimeMs = 0;
};

class ToolchainProbeTest : public testing::Test {
 public:
  ~ToolchainProbeTest() noexcept override {}

 protected:
  Toolchain probe() {
    Toolchains toolchains;
    ToolchainProbe probe(jobs_, system_.profiles(), system_.config().limits, toolchains);
    probe.run().wait(system_.io().waitScope());
    return toolchains.of(system_.profiles().manifests().front());
  }

  IdleSystem system_;
  PlayedJobs jobs_;
};

TEST_F(ToolchainProbeTest, RunsTheVersionCommandInASandbox) {
  probe();
  ASSERT_EQ(jobs_.commands.size(), 1u);
  EXPECT_EQ(jobs_.commands[0], (std::vector<std::string>{"/bin/sh", "--version"}));
  EXPECT_EQ(jobs_.wallTimeMs, 20'000u) << "however short the limit of the language's jobs";
}

TEST_F(ToolchainProbeTest, AJobThatIsNotRunMakesTheLanguageUnavailable) {
  jobs_.answer = [this]() { return jobs_.notRun("execve: No such file or directory"); };
  const auto toolchain = probe();
  EXPECT_EQ(toolchain.whyUnavailable, "/bin/sh: execve: No such file or directory");
  EXPECT_EQ(toolchain.version, "");
}

TEST_F(ToolchainProbeTest, ARefusalMakesTheLanguageUnavailable) {
  jobs_.answer = []() -> kj::Promise<JobReply> {
    return JobReply(RejectionInfo{rpc::RejectionKind::OVERLOADED, "no_worker",
                                  "no sandbox came in time", "", 0});
  };
  EXPECT_EQ(probe().whyUnavailable, "no sandbox came in time");
}

TEST_F(ToolchainProbeTest, AFailureOfOursIsToldAndStopsNothing) {
  jobs_.answer = []() -> kj::Promise<JobReply> {
    return KJ_EXCEPTION(FAILED, "the zygote is gone");
  };
  EXPECT_NE(probe().whyUnavailable.find("the zygote is gone"), std::string::npos);
}

}  // namespace
}  // namespace brood::supervisor
