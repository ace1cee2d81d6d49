#include "supervisor/job_request.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "rpc/uv_io.h"

namespace brood {
namespace {

HostFeatures featuresOfRoot() {
  HostFeatures features;
  features.slotsAsRoot.works = true;
  return features;
}

namespace fs = std::filesystem;

// A supervisor's names without its processes: one language that is executed only.
class JobRequestTest : public testing::Test {
 protected:
  JobRequestTest() {
    char name[] = "/tmp/brood-request-XXXXXX";
    root_ = ::mkdtemp(name);
    fs::create_directories(root_ / "sh");
    std::ofstream(root_ / "sh" / "manifest.toml")
        << "name=\"sh\"\naliases=[\"shell\"]\nsource_file=\"main.sh\"\n"
           "run_command=[\"/bin/sh\",\"{source}\"]\n";
    config_.supervisor.runtimesDir = root_.string();
    config_.profiles.clear();
  }
  ~JobRequestTest() noexcept override { fs::remove_all(root_); }

  kj::OneOf<JobRequest, RejectionInfo> admit() {
    reaper_.emplace(io_.port());
    cgroups_ = newCgroupDriver({"none", "brood-test", "request"});
    builder_ = kj::heap<ZygoteHost>(io_.port(), *reaper_, ZygoteOptions{"unused", "/bin/false", {}},
                                    []() {});
    slots_ = kj::heap<SlotPool>(io_.port(), *builder_, *cgroups_, own_, Tier::root, config_, SlotLimits{}, metrics_);
    profiles_ = kj::heap<Profiles>(
        io_.port(), *reaper_, *slots_,
        WorkerStarter{io_.port(), *slots_, config_.limits, proven_, metrics_}, config_);
    return admitJob(job_.asReader(), *profiles_, toolchains_, config_);
  }
  RejectionInfo rejection() {
    auto outcome = admit();
    EXPECT_TRUE(outcome.is<RejectionInfo>());
    return outcome.is<RejectionInfo>() ? outcome.get<RejectionInfo>() : RejectionInfo{};
  }

  fs::path root_;
  Config config_;
  UvAsyncIo io_;
  std::optional<Reaper> reaper_;
  kj::Own<CgroupDriver> cgroups_;
  Metrics metrics_;
  kj::Own<ZygoteHost> builder_;
  const SharedHost own_{featuresOfRoot(), config_, ""};
  kj::Own<SlotPool> slots_;
  LayerSet proven_;
  Toolchains toolchains_;
  kj::Own<Profiles> profiles_;
  capnp::MallocMessageBuilder message_;
  rpc::Job::Builder job_ = message_.initRoot<rpc::Job>();
};

TEST_F(JobRequestTest, fillsInDefaults) {
  job_.setLanguage("shell");
  auto outcome = admit();
  ASSERT_TRUE(outcome.is<JobRequest>());
  auto& request = outcome.get<JobRequest>();
  EXPECT_EQ(request.language->name, "sh");
  EXPECT_EQ(request.limits.wallTimeMs, config_.limits.wallTimeMs.defaultValue);
  EXPECT_EQ(request.limits.openFiles, config_.limits.openFiles.defaultValue);
}

TEST_F(JobRequestTest, namesTheUnknownLanguageAndTheKnownOnes) {
  job_.setLanguage("cobol");
  auto info = rejection();
  EXPECT_EQ(info.code, "unknown_language");
  EXPECT_EQ(info.field, "language");
  EXPECT_EQ(info.message, "language 'cobol' is not one of: sh");
}

TEST_F(JobRequestTest, namesTheUnknownProfile) {
  job_.setLanguage("sh");
  job_.setProfile("data");
  EXPECT_EQ(rejection().code, "unknown_profile");
}

TEST_F(JobRequestTest, limitsOutOfRangeNameFieldValueAndRange) {
  job_.setLanguage("sh");
  job_.getLimits().setWallTimeMs(300'001);
  auto info = rejection();
  EXPECT_EQ(info.code, "invalid_limit");
  EXPECT_EQ(info.field, "limits.wall_time_ms");
  EXPECT_EQ(info.message, "limits.wall_time_ms must be 1..300000, got 300001");
}

TEST_F(JobRequestTest, isTracedOnlyWhereThatIsConfigured) {
  job_.setLanguage("sh");
  job_.setTrace(true);
  auto info = rejection();
  EXPECT_EQ(info.code, "trace_off");
  EXPECT_EQ(info.field, "trace");
  EXPECT_NE(info.message.find("supervisor.job_trace"), std::string::npos);
  config_.supervisor.jobTrace = "on";
  auto outcome = admit();
  ASSERT_TRUE(outcome.is<JobRequest>());
  EXPECT_NE(outcome.get<JobRequest>().trace, nullptr);
  job_.setTrace(false);
  auto untraced = admit();
  ASSERT_TRUE(untraced.is<JobRequest>());
  EXPECT_EQ(untraced.get<JobRequest>().trace, nullptr) << "nobody has asked";
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

TEST_P(JobLimitTest, hasADefault) {
  ask(0);
  auto outcome = admit();
  ASSERT_TRUE(outcome.is<JobRequest>());
  EXPECT_EQ(outcome.get<JobRequest>().limits.*GetParam().value,
            (config_.limits.*GetParam().range).defaultValue);
}

TEST_P(JobLimitTest, mayBeTheMaximum) {
  ask(maximum());
  auto outcome = admit();
  ASSERT_TRUE(outcome.is<JobRequest>());
  EXPECT_EQ(outcome.get<JobRequest>().limits.*GetParam().value, maximum());
}

TEST_P(JobLimitTest, mayNotBeMore) { expectRefused(maximum() + 1); }

TEST_P(JobLimitTest, mayBeTheMinimum) {
  ask(GetParam().minimum);
  EXPECT_TRUE(admit().is<JobRequest>());
}

INSTANTIATE_TEST_SUITE_P(Each, JobLimitTest, testing::ValuesIn(kJobLimits),
                         [](const auto& each) { return std::string(each.param.name); });

TEST_F(JobRequestTest, memoryHasAFloor) {
  job_.setLanguage("sh");
  job_.getLimits().setMemoryBytes(1);
  EXPECT_EQ(rejection().field, "limits.memory_bytes");
}

TEST_F(JobRequestTest, theProgramMustFitIntoItsOwnFile) {
  job_.setLanguage("sh");
  job_.initCode(5000);
  job_.getLimits().setFileBytes(5000);
  EXPECT_TRUE(admit().is<JobRequest>());
}

TEST_F(JobRequestTest, aProgramThatWouldNotFitIsRefused) {
  job_.setLanguage("sh");
  job_.initCode(5000);
  job_.getLimits().setFileBytes(4999);
  auto info = rejection();
  EXPECT_EQ(info.field, "limits.file_bytes");
  EXPECT_EQ(info.message, "limits.file_bytes must hold the program's 5000 bytes, got 4999");
}

TEST_F(JobRequestTest, norOneThatIsLargerThanTheWorkspace) {
  job_.setLanguage("sh");
  job_.initCode(5000);
  job_.getLimits().setWorkspaceBytes(4096);
  EXPECT_EQ(rejection().field, "limits.workspace_bytes");
}

TEST_F(JobRequestTest, stringsThatWouldBeCutShortAreRefused) {
  job_.setLanguage("sh");
  auto args = job_.initArgs(2);
  args.set(0, "fine");
  args.set(1, kj::StringPtr("a\0b", 3));
  EXPECT_EQ(rejection().field, "args[1]");
}

TEST_F(JobRequestTest, environmentNamesAreChecked) {
  for (const char* name : {"", "A=B"}) {
    job_.setLanguage("sh");
    job_.initEnv(1)[0].setName(name);
    EXPECT_EQ(rejection().field, "env");
    profiles_ = nullptr;
    slots_ = nullptr;
    builder_ = nullptr;
  }
}

}  // namespace
}  // namespace brood
