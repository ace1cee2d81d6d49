#include "supervisor/jobs/compiler.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>

#include "tests/unit/supervisor/jobs/played_run.h"
#include "tests/unit/supervisor/sandboxes/own_folder.h"

namespace brood::supervisor {
namespace {

// Runs compilers, as the test says.
class Compilers final : public OwnJobs {
 public:
  kj::Promise<JobReply> runOwn(AdmittedJob job) override {
    asked.push_back(kj::mv(job));
    auto reply = kj::mv(replies.back());
    replies.pop_back();
    return kj::mv(reply);
  }

  std::deque<AdmittedJob> asked;
  std::deque<JobReply> replies;
};

class CompilerTest : public testing::Test, public JobDismissal {
 protected:
  CompilerTest() {
    language_.name = "c";
    language_.compileCommand = {"/usr/bin/cc", "{source}"};
    language_.artifact = "program";
    job_.language = &language_;
    job_.sourceName = "main.c";
    job_.program.content = kj::StringPtr("int main() {}").asBytes();
  }
  ~CompilerTest() noexcept override = default;

  void dismiss(kj::Own<ActiveJob>) override { ++dismissed_; }
  // A compiler's end, which left these files.
  void willEnd(rpc::JobStatus status, std::vector<std::string> files) {
    for (const auto& file : files) std::ofstream(folder_.path() + "/" + file) << "built";
    auto worker = stage_.newWorker();
    worker.sandbox.setWorkspace(
        OwnedFd(::open(folder_.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)));
    auto active = kj::heap<ActiveJob>();
    active->verdict.status = status;
    active->facts.wallMicros = 7;
    active->lease = Lease{kj::Own<void>(), kj::mv(worker.handle), rpc::StartKind::WARM};
    compilers_.replies.push_back(FinishedJob(*this, kj::mv(active)));
  }
  CompileOutcome compile() {
    auto result = compiler_.compile(job_).wait(io_.waitScope());
    KJ_REQUIRE(result.is<CompileOutcome>(), "it was not compiled");
    return kj::mv(result.get<CompileOutcome>());
  }

  UvAsyncIo io_;
  Players stage_{io_};
  OwnFolder folder_;
  Config config_;
  Toolchains toolchains_;
  RuntimeManifest language_;
  AdmittedJob job_;
  int dismissed_ = 0;
  Compilers compilers_;
  Compiler compiler_{compilers_, io_.timer(), toolchains_, config_.compile};
};

TEST_F(CompilerTest, BringsTheProgramBackAndKeepsIt) {
  willEnd(rpc::JobStatus::OK, {"program"});
  auto outcome = compile();
  ASSERT_NE(outcome.build, nullptr);
  EXPECT_EQ(std::string(outcome.build->program.begin(), outcome.build->program.end()), "built");
  EXPECT_FALSE(outcome.isCached);
  EXPECT_EQ(outcome.start, rpc::StartKind::WARM);
  EXPECT_EQ(dismissed_, 1);
  EXPECT_TRUE(compile().isCached);
  EXPECT_EQ(compilers_.asked.size(), 1u);
}

TEST_F(CompilerTest, GivesTheCompilerTheSourceAndNothingOfTheJobsOwn) {
  job_.arguments = {"an argument"};
  job_.program.environment = {{"NAME", "value"}};
  willEnd(rpc::JobStatus::OK, {"program"});
  compile();
  const auto& step = compilers_.asked.front();
  EXPECT_EQ(step.program.fileName, "main.c");
  EXPECT_EQ(step.program.command.front(), "/usr/bin/cc");
  EXPECT_TRUE(step.arguments.empty());
  EXPECT_TRUE(step.program.environment.empty());
}

TEST_F(CompilerTest, AnotherSourceIsAnotherProgram) {
  willEnd(rpc::JobStatus::OK, {"program"});
  compile();
  willEnd(rpc::JobStatus::OK, {"program"});
  job_.program.content = kj::StringPtr("int main() { return 1; }").asBytes();
  EXPECT_FALSE(compile().isCached);
}

TEST_F(CompilerTest, ASourceAtFaultIsNotCached) {
  for (int i = 0; i < 2; ++i) {
    willEnd(rpc::JobStatus::ERROR, {});
    auto outcome = compile();
    EXPECT_EQ(outcome.build, nullptr);
    EXPECT_EQ(outcome.verdict.status, rpc::JobStatus::ERROR);
    EXPECT_EQ(outcome.wallMicros, 7u);
  }
  EXPECT_EQ(compilers_.asked.size(), 2u);
}

TEST_F(CompilerTest, SaysThatACompilerHasLeftNoProgram) {
  willEnd(rpc::JobStatus::OK, {});
  auto outcome = compile();
  EXPECT_EQ(outcome.build, nullptr);
  EXPECT_NE(outcome.verdict.message.find("it left no program: program"), std::string::npos);
}

TEST_F(CompilerTest, TheArtifactsNameIsNoPattern) {
  language_.artifact = "p*";
  willEnd(rpc::JobStatus::OK, {"program"});
  EXPECT_EQ(compile().build, nullptr);
}

TEST_F(CompilerTest, PassesARejectionOn) {
  RejectionInfo rejection;
  rejection.code = "queue_timeout";
  compilers_.replies.push_back(kj::mv(rejection));
  auto result = compiler_.compile(job_).wait(io_.waitScope());
  ASSERT_TRUE(result.is<RejectionInfo>());
  EXPECT_EQ(result.get<RejectionInfo>().code, "queue_timeout");
}

}  // namespace
}  // namespace brood::supervisor
