#include "supervisor/jobs/job_request.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <ostream>

#include "tests/unit/supervisor/jobs/idle_system.h"

namespace brood {

// GoogleTest prints a limit by its name and not by its bytes.
void PrintTo(const LimitInfo& limit, std::ostream* out) { *out << limit.name; }

}  // namespace brood

namespace brood::supervisor {
namespace {

class JobRequestTest : public testing::Test {
 protected:
  ~JobRequestTest() noexcept override = default;

  kj::OneOf<AdmittedJob, RejectionInfo> admit() {
    return admitJob(job_.asReader(), system_.profiles(), system_.toolchains(), EgressAccess{},
                    config_);
  }
  RejectionInfo rejection() {
    auto outcome = admit();
    EXPECT_TRUE(outcome.is<RejectionInfo>());
    return outcome.is<RejectionInfo>() ? outcome.get<RejectionInfo>() : RejectionInfo{};
  }

  IdleSystem system_;
  Config& config_ = system_.config();
  capnp::MallocMessageBuilder message_;
  rpc::Job::Builder job_ = message_.initRoot<rpc::Job>();
};

TEST_F(JobRequestTest, FillsInDefaults) {
  job_.setLanguage("shell");
  auto outcome = admit();
  ASSERT_TRUE(outcome.is<AdmittedJob>());
  auto& job = outcome.get<AdmittedJob>();
  EXPECT_EQ(job.language->name, "sh");
  EXPECT_EQ(job.limits.wallTimeMs, config_.limits.wallTimeMs.defaultValue);
  EXPECT_EQ(job.limits.openFiles, config_.limits.openFiles.defaultValue);
}

TEST_F(JobRequestTest, TheJobSaysAllThatTheRequestDid) {
  job_.setLanguage("sh");
  job_.setCode(kj::StringPtr("echo hello").asBytes());
  job_.setStdin(kj::StringPtr("input").asBytes());
  job_.initArgs(1).set(0, "argument");
  auto variable = job_.initEnv(1)[0];
  variable.setName("NAME");
  variable.setValue("value");
  job_.setStartPolicy(rpc::StartPolicy::COLD);
  job_.setRich(true);
  job_.setMergeOutput(true);
  job_.initCollect(1).set(0, "*.png");
  auto outcome = admit();
  ASSERT_TRUE(outcome.is<AdmittedJob>());
  auto& job = outcome.get<AdmittedJob>();
  const auto code = job_.asReader().getCode();
  EXPECT_EQ(job.program.content.begin(), code.begin()) << "lent, not copied";
  EXPECT_EQ(job.program.content.size(), code.size());
  EXPECT_EQ(job.stdin.begin(), job_.asReader().getStdin().begin());
  EXPECT_EQ(job.arguments, std::vector<std::string>{"argument"});
  ASSERT_FALSE(job.program.environment.empty());
  EXPECT_EQ(job.program.environment.back(), (std::pair<std::string, std::string>("NAME", "value")));
  EXPECT_EQ(job.startPolicy, rpc::StartPolicy::COLD);
  EXPECT_TRUE(job.wantsResults);
  EXPECT_TRUE(job.mergesOutput);
  EXPECT_FALSE(job.collect.empty());
  EXPECT_EQ(job.pool, &system_.profiles().executed().of(false));
  job.releaseInput();
  EXPECT_EQ(job.program.content.size() + job.stdin.size(), 0u);
}

TEST_F(JobRequestTest, NamesTheUnknownLanguageAndTheKnownOnes) {
  job_.setLanguage("cobol");
  auto info = rejection();
  EXPECT_EQ(info.code, "unknown_language");
  EXPECT_EQ(info.field, "language");
  EXPECT_EQ(info.message, "language 'cobol' is not one of: sh");
}

TEST_F(JobRequestTest, NamesTheUnknownProfile) {
  job_.setLanguage("sh");
  job_.setProfile("data");
  EXPECT_EQ(rejection().code, "unknown_profile");
}

TEST_F(JobRequestTest, LimitsOutOfRangeNameFieldValueAndRange) {
  job_.setLanguage("sh");
  job_.getLimits().setWallTimeMs(300'001);
  auto info = rejection();
  EXPECT_EQ(info.code, "invalid_limit");
  EXPECT_EQ(info.field, "limits.wall_time_ms");
  EXPECT_EQ(info.message, "limits.wall_time_ms must be 1..300000, got 300001");
}

TEST_F(JobRequestTest, IsTracedOnlyWhereThatIsConfigured) {
  job_.setLanguage("sh");
  job_.setTrace(true);
  auto info = rejection();
  EXPECT_EQ(info.code, "trace_off");
  EXPECT_EQ(info.field, "trace");
  EXPECT_NE(info.message.find("supervisor.job_trace"), std::string::npos);
  config_.supervisor.jobTrace = "on";
  auto outcome = admit();
  ASSERT_TRUE(outcome.is<AdmittedJob>());
  EXPECT_NE(outcome.get<AdmittedJob>().trace, nullptr);
  job_.setTrace(false);
  auto untraced = admit();
  ASSERT_TRUE(untraced.is<AdmittedJob>());
  EXPECT_EQ(untraced.get<AdmittedJob>().trace, nullptr) << "nobody has asked";
}

class JobLimitTest : public JobRequestTest, public testing::WithParamInterface<LimitInfo> {
 protected:
  ~JobLimitTest() noexcept override = default;

  void ask(uint64_t value) {
    job_.setLanguage("sh");
    (job_.getLimits().*GetParam().set)(value);
  }
  uint64_t maximum() const { return (config_.limits.*GetParam().range).maximum; }
  void expectRefused(uint64_t value) {
    ask(value);
    auto info = rejection();
    const std::string field = std::string("limits.") + GetParam().name;
    EXPECT_EQ(info.code, "invalid_limit");
    EXPECT_EQ(info.field, field);
    EXPECT_EQ(info.message, field + " must be " + std::to_string(GetParam().minimum) + ".." +
                                std::to_string(maximum()) + ", got " + std::to_string(value));
  }
};

TEST_P(JobLimitTest, HasADefault) {
  ask(0);
  auto outcome = admit();
  ASSERT_TRUE(outcome.is<AdmittedJob>());
  EXPECT_EQ(outcome.get<AdmittedJob>().limits.*GetParam().value,
            (config_.limits.*GetParam().range).defaultValue);
}

TEST_P(JobLimitTest, MayBeTheMaximum) {
  ask(maximum());
  auto outcome = admit();
  ASSERT_TRUE(outcome.is<AdmittedJob>());
  EXPECT_EQ(outcome.get<AdmittedJob>().limits.*GetParam().value, maximum());
}

TEST_P(JobLimitTest, MayNotBeMore) { expectRefused(maximum() + 1); }

TEST_P(JobLimitTest, MayBeTheMinimum) {
  ask(GetParam().minimum);
  EXPECT_TRUE(admit().is<AdmittedJob>());
}

INSTANTIATE_TEST_SUITE_P(Each, JobLimitTest, testing::ValuesIn(kJobLimits),
                         [](const auto& each) { return std::string(each.param.name); });

TEST_F(JobRequestTest, MemoryHasAFloor) {
  job_.setLanguage("sh");
  job_.getLimits().setMemoryBytes(1);
  EXPECT_EQ(rejection().field, "limits.memory_bytes");
}

TEST_F(JobRequestTest, TheProgramMustFitIntoItsOwnFile) {
  job_.setLanguage("sh");
  job_.initCode(5000);
  job_.getLimits().setFileBytes(5000);
  EXPECT_TRUE(admit().is<AdmittedJob>());
}

TEST_F(JobRequestTest, AProgramThatWouldNotFitIsRefused) {
  job_.setLanguage("sh");
  job_.initCode(5000);
  job_.getLimits().setFileBytes(4999);
  auto info = rejection();
  EXPECT_EQ(info.field, "limits.file_bytes");
  EXPECT_EQ(info.message, "limits.file_bytes must hold the program's 5000 bytes, got 4999");
}

TEST_F(JobRequestTest, NorOneThatIsLargerThanTheWorkspace) {
  job_.setLanguage("sh");
  job_.initCode(5000);
  job_.getLimits().setWorkspaceBytes(4096);
  EXPECT_EQ(rejection().field, "limits.workspace_bytes");
}

TEST_F(JobRequestTest, StringsThatWouldBeCutShortAreRefused) {
  job_.setLanguage("sh");
  auto args = job_.initArgs(2);
  args.set(0, "fine");
  args.set(1, kj::StringPtr("a\0b", 3));
  EXPECT_EQ(rejection().field, "args[1]");
}

TEST_F(JobRequestTest, EnvironmentNamesAreChecked) {
  for (const char* name : {"", "A=B"}) {
    job_.setLanguage("sh");
    job_.initEnv(1)[0].setName(name);
    EXPECT_EQ(rejection().field, "env");
  }
}

}  // namespace
}  // namespace brood::supervisor
