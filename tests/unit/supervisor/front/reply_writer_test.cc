#include "supervisor/front/reply_writer.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "tests/unit/supervisor/jobs/idle_system.h"

namespace brood::supervisor {
namespace {

class ReplyWriterTest : public testing::Test {
 public:
  ~ReplyWriterTest() noexcept override {}

 protected:
  const RuntimeManifest& sh() { return system_.profiles().manifests().front(); }
  // A job of the language "sh" that has ended, or has not begun.
  ActiveJob newJob() {
    ActiveJob job;
    job.id = "j-1";
    job.job.language = &sh();
    job.verdict.status = rpc::JobStatus::OK;
    return job;
  }
  rpc::JobResult::Reader write(const ActiveJob& job) {
    auto out = message_.initRoot<rpc::JobResult>();
    writeResult(job, isolation_, system_.toolchains(), out);
    return out.asReader();
  }

  IdleSystem system_;
  IsolationReport isolation_;
  capnp::MallocMessageBuilder message_;
};

TEST_F(ReplyWriterTest, ARejectionHasAllThatACallerNeeds) {
  auto out = message_.initRoot<rpc::Rejection>();
  writeRejection({rpc::RejectionKind::OVERLOADED, "queue_full", "the queue is full", "", 250}, out);
  const auto written = out.asReader();
  EXPECT_EQ(written.getKind(), rpc::RejectionKind::OVERLOADED);
  EXPECT_EQ(textOf(written.getCode()), "queue_full");
  EXPECT_EQ(textOf(written.getMessage()), "the queue is full");
  EXPECT_EQ(written.getRetryAfterMs(), 250u);
}

TEST_F(ReplyWriterTest, AVerdictIsWrittenWhole) {
  auto job = newJob();
  job.verdict.status = rpc::JobStatus::MEMORY_LIMIT;
  job.verdict.signal = "SIGKILL";
  job.verdict.message = "more than 64 MiB";
  job.verdict.limitHit = LimitHit{LimitKind::memory, 64 << 20, 70 << 20};
  job.facts.usage = {.cpuMicros = 1, .peakMemoryBytes = 2, .peakProcesses = 3, .processDenials = 4};
  job.facts.wallMicros = 5;
  job.timings = {6, 7, 8, 9};
  const auto written = write(job);
  EXPECT_EQ(textOf(written.getId()), "j-1");
  EXPECT_EQ(written.getStatus(), rpc::JobStatus::MEMORY_LIMIT);
  EXPECT_FALSE(written.getHasExitCode());
  EXPECT_EQ(textOf(written.getSignal()), "SIGKILL");
  EXPECT_EQ(textOf(written.getLimitHit().getName()), "memory_bytes");
  EXPECT_EQ(written.getLimitHit().getLimit(), 64u << 20);
  EXPECT_EQ(written.getLimitHit().getMeasured(), 70u << 20);
  EXPECT_EQ(written.getCpuMicros(), 1u);
  EXPECT_EQ(written.getPeakMemoryBytes(), 2u);
  EXPECT_EQ(written.getProcessesPeak(), 3u);
  EXPECT_EQ(written.getProcessesRefused(), 4u);
  EXPECT_EQ(written.getWallMicros(), 5u);
  EXPECT_EQ(written.getQueueMicros(), 6u);
  EXPECT_EQ(written.getTotalMicros(), 9u);
  EXPECT_EQ(textOf(written.getLanguage()), "sh");
}

TEST_F(ReplyWriterTest, ASourceThatDoesNotCompileHasNoOutputOfItsOwn) {
  auto job = newJob();
  CompileOutcome outcome;
  outcome.verdict.status = rpc::JobStatus::OK;
  outcome.verdict.hasExitCode = true;
  outcome.verdict.exitCode = 1;
  outcome.stderr = "main.c:1: error";
  outcome.isCached = true;
  job.compile = kj::mv(outcome);
  const auto written = write(job);
  ASSERT_TRUE(written.hasCompile());
  EXPECT_EQ(written.getCompile().getExitCode(), 1);
  EXPECT_EQ(textOf(written.getCompile().getStderr()), "main.c:1: error");
  EXPECT_TRUE(written.getCompile().getCached());
  EXPECT_EQ(written.getStdout().size(), 0u);
  EXPECT_FALSE(written.hasWarmBy()) << "no worker has run it";
}

TEST_F(ReplyWriterTest, EachRefusedManifestIsNamedWithItsLine) {
  const std::vector<ManifestRefusal> refusals = {{"a.toml", 3, "'name' is missing"},
                                                 {"b.toml", 0, "not readable"}};
  auto list = message_.getOrphanage().newOrphan<capnp::List<rpc::RefusedManifest>>(2);
  writeRefusals(refusals, list.get());
  const auto written = list.getReader();
  EXPECT_EQ(textOf(written[0].getFile()), "a.toml");
  EXPECT_EQ(written[0].getLine(), 3u);
  EXPECT_EQ(textOf(written[1].getReason()), "not readable");
}

TEST_F(ReplyWriterTest, LanguagesHaveTheirAliasesAndWhyTheyCannotBeUsed) {
  Toolchains toolchains;
  toolchains.note(sh(), {"", "not installed"});
  auto list = message_.getOrphanage().newOrphan<capnp::List<rpc::RuntimeInfo>>(1);
  writeRuntimes(system_.profiles(), toolchains, list.get());
  const auto written = list.getReader()[0];
  EXPECT_EQ(textOf(written.getLanguage()), "sh");
  ASSERT_EQ(written.getAliases().size(), 1u);
  EXPECT_EQ(textOf(written.getAliases()[0]), "shell");
  EXPECT_EQ(textOf(written.getWhyUnavailable()), "not installed");
  EXPECT_EQ(written.getProfiles().size(), 0u);
}

}  // namespace
}  // namespace brood::supervisor
