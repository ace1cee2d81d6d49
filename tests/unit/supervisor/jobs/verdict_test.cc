#include "supervisor/jobs/verdict.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <functional>
#include <vector>

namespace brood::supervisor {
namespace {

using rpc::JobStatus;

// Wait statuses as waitpid(2) encodes them.
constexpr int exitedWith(int code) { return code << 8; }
constexpr int killedBy(int signal) { return signal; }

JobFacts exited(int waitStatus) {
  JobFacts facts;
  facts.cause = EndCause::exited;
  facts.waitStatusKnown = true;
  facts.waitStatus = waitStatus;
  facts.limits = {.wallTimeMs = 1500,
                  .cpuTimeMs = 400,
                  .memoryBytes = 1000,
                  .processes = 5,
                  .outputBytes = 50,
                  .fileBytes = 600};
  return facts;
}

JobFacts stopped(EndCause cause) {
  JobFacts facts = exited(killedBy(SIGKILL));
  facts.cause = cause;
  return facts;
}

JobFacts done(int exitCode) {
  JobFacts facts = exited(0);
  facts.cause = EndCause::done;
  facts.doneExitCode = exitCode;
  return facts;
}

JobFacts with(JobFacts facts, const std::function<void(JobFacts&)>& change) {
  change(facts);
  return facts;
}

constexpr int kNoExitCode = -1;
const std::optional<LimitHit> kNoLimit;

struct Rule {
  const char* name;
  JobFacts facts;
  JobStatus status;
  int exitCode;
  std::string signal;
  std::optional<LimitHit> limitHit;
  std::string message;
};

void expectRules(const std::vector<Rule>& rules) {
  for (auto& rule : rules) {
    const Verdict verdict = judge(rule.facts);
    EXPECT_EQ(verdict.status, rule.status) << rule.name;
    EXPECT_EQ(verdict.hasExitCode ? verdict.exitCode : kNoExitCode, rule.exitCode) << rule.name;
    EXPECT_EQ(verdict.signal, rule.signal) << rule.name;
    EXPECT_EQ(verdict.limitHit, rule.limitHit) << rule.name;
    EXPECT_EQ(verdict.message, rule.message) << rule.name;
  }
}

TEST(Verdict, JobsThatEndByThemselves) {
  expectRules({
      {"exit 0", exited(exitedWith(0)), JobStatus::OK, 0, "", kNoLimit, ""},
      {"exit 3", exited(exitedWith(3)), JobStatus::ERROR, 3, "", kNoLimit, ""},
      {"done 0", done(0), JobStatus::OK, 0, "", kNoLimit, ""},
      {"done beyond a byte", done(256 + 7), JobStatus::ERROR, 7, "", kNoLimit, ""},
      {"done below zero", done(-1), JobStatus::ERROR, 255, "", kNoLimit, ""},
      {"segfault", exited(killedBy(SIGSEGV)), JobStatus::KILLED, kNoExitCode, "SIGSEGV", kNoLimit,
       "ended by SIGSEGV"},
      {"core dumped", exited(killedBy(SIGABRT) | 0x80), JobStatus::KILLED, kNoExitCode, "SIGABRT",
       kNoLimit, "ended by SIGABRT"},
      {"bad system call", exited(killedBy(SIGSYS)), JobStatus::KILLED, kNoExitCode, "SIGSYS",
       kNoLimit, "ended by SIGSYS"},
      {"a real-time signal", exited(killedBy(SIGRTMIN + 3)), JobStatus::KILLED, kNoExitCode,
       "SIG" + std::to_string(SIGRTMIN + 3), kNoLimit,
       "ended by SIG" + std::to_string(SIGRTMIN + 3)},
      {"nobody saw the end", with(exited(0), [](auto& facts) { facts.waitStatusKnown = false; }),
       JobStatus::SANDBOX_ERROR, kNoExitCode, "", kNoLimit,
       "the worker's parent died before it could report how the worker ended"},
  });
}

TEST(Verdict, JobsThatWeEnd) {
  expectRules({
      {"timeout",
       with(stopped(EndCause::timeout), [](auto& facts) { facts.wallMicros = 1'501'700; }),
       JobStatus::TIMEOUT, kNoExitCode, "SIGKILL", LimitHit{LimitKind::wallTime, 1500, 1501},
       "Wall-clock time: measured 1501 ms, limit 1500 ms"},
      {"CPU",
       with(stopped(EndCause::cpuLimit), [](auto& facts) { facts.usage.cpuMicros = 402'000; }),
       JobStatus::CPU_LIMIT, kNoExitCode, "SIGKILL", LimitHit{LimitKind::cpuTime, 400, 402},
       "CPU time of all processes together: measured 402 ms, limit 400 ms"},
      {"output",
       with(stopped(EndCause::outputLimit), [](auto& facts) { facts.outputBytes = 4096; }),
       JobStatus::OUTPUT_LIMIT, kNoExitCode, "SIGKILL", LimitHit{LimitKind::output, 50, 4096},
       "stdout and stderr, each: measured 4096 bytes, limit 50 bytes"},
  });
}

TEST(Verdict, AJobEndedForTheHostsSakeIsOverNoLimit) {
  expectRules({{"host short of memory", stopped(EndCause::hostMemory), JobStatus::HOST_MEMORY,
                kNoExitCode, "SIGKILL", kNoLimit,
                "ended because the host ran short of memory and this job was among those that held "
                "most of it"}});
}

TEST(Verdict, AJobEndedForItsLocksIsToldSo) {
  expectRules({{"locks", stopped(EndCause::tooManyLocks), JobStatus::KILLED, kNoExitCode, "SIGKILL",
                kNoLimit,
                "ended for thousands of locks on files, which take memory of the kernel's that no "
                "limit counts"}});
}

TEST(Verdict, TheSystemCallThatEndedAJobIsNamed) {
  const Verdict verdict = judge(
      with(stopped(EndCause::deniedCall), [](auto& facts) { facts.deniedCall = "kexec_load"; }));
  EXPECT_EQ(verdict.status, JobStatus::KILLED);
  EXPECT_EQ(verdict.signal, "SIGSYS");
  EXPECT_EQ(verdict.deniedCall, "kexec_load");
  EXPECT_FALSE(verdict.hasExitCode || verdict.limitHit);
  EXPECT_EQ(verdict.message, "ended for the system call kexec_load, which no job may make");
  EXPECT_EQ(judge(exited(killedBy(SIGSYS))).deniedCall, "");
}

TEST(Verdict, TheKernelsOomKillOutranksEverything) {
  const LimitHit hit{LimitKind::memory, 1000, 998};
  const std::string message = "Memory: measured 998 bytes, limit 1000 bytes";
  auto starved = [](JobFacts facts) {
    return with(std::move(facts), [](auto& each) {
      each.usage.oomKills = 1;
      each.usage.peakMemoryBytes = 998;
      each.usage.processDenials = 1;
      each.usage.cpuMicros = 900'000;
    });
  };
  expectRules({
      {"killed", starved(exited(killedBy(SIGKILL))), JobStatus::MEMORY_LIMIT, kNoExitCode,
       "SIGKILL", hit, message},
      {"only a child of it was killed", starved(exited(exitedWith(0))), JobStatus::MEMORY_LIMIT, 0,
       "", hit, message},
      {"which it did not take well", starved(done(1)), JobStatus::MEMORY_LIMIT, 1, "", hit,
       message},
      {"out of time as well", starved(stopped(EndCause::timeout)), JobStatus::MEMORY_LIMIT,
       kNoExitCode, "SIGKILL", hit, message},
      {"out of CPU time as well", starved(stopped(EndCause::cpuLimit)), JobStatus::MEMORY_LIMIT,
       kNoExitCode, "SIGKILL", hit, message},
      {"announced before it was counted",
       with(stopped(EndCause::outOfMemory), [](auto& facts) { facts.usage.peakMemoryBytes = 998; }),
       JobStatus::MEMORY_LIMIT, kNoExitCode, "SIGKILL", hit, message},
      {"too much output as well", starved(stopped(EndCause::outputLimit)), JobStatus::MEMORY_LIMIT,
       kNoExitCode, "SIGKILL", hit, message},
  });
}

TEST(Verdict, RefusedForksCountForAJobThatCouldNotDoWithout) {
  auto refused = [](JobFacts facts) {
    return with(std::move(facts), [](auto& each) { each.usage.processDenials = 2; });
  };
  const LimitHit hit{LimitKind::processes, 5, 5};
  const std::string message = "Processes and threads: measured 5, limit 5, 2 more refused";
  expectRules({
      {"coped", refused(exited(exitedWith(0))), JobStatus::OK, 0, "", kNoLimit, ""},
      {"failed", refused(exited(exitedWith(1))), JobStatus::PROCESS_LIMIT, 1, "", hit, message},
      {"failed and said so", refused(done(1)), JobStatus::PROCESS_LIMIT, 1, "", hit, message},
      {"aborted", refused(exited(killedBy(SIGABRT))), JobStatus::PROCESS_LIMIT, kNoExitCode,
       "SIGABRT", hit, message},
      {"crashed for a reason of its own", refused(exited(killedBy(SIGSEGV))), JobStatus::KILLED,
       kNoExitCode, "SIGSEGV", kNoLimit, "ended by SIGSEGV"},
      {"was still trying at the deadline",
       with(refused(stopped(EndCause::timeout)), [](auto& facts) { facts.wallMicros = 1'500'000; }),
       JobStatus::TIMEOUT, kNoExitCode, "SIGKILL", LimitHit{LimitKind::wallTime, 1500, 1500},
       "Wall-clock time: measured 1500 ms, limit 1500 ms"},
  });
}

TEST(Verdict, SignalsOfRlimitsAreBelievedOnlyWithTheMeasurement) {
  auto after = [](uint64_t cpuMicros, int signal) {
    return with(exited(killedBy(signal)),
                [cpuMicros](auto& facts) { facts.usage.cpuMicros = cpuMicros; });
  };
  const LimitHit hit{LimitKind::cpuTime, 400, 1000};
  const std::string message = "CPU time of all processes together: measured 1000 ms, limit 400 ms";
  expectRules({
      {"backstop", after(1'000'000, SIGXCPU), JobStatus::CPU_LIMIT, kNoExitCode, "SIGXCPU", hit,
       message},
      {"its hard limit", after(1'000'000, SIGKILL), JobStatus::CPU_LIMIT, kNoExitCode, "SIGKILL",
       hit, message},
      {"a forged backstop", after(399'999, SIGXCPU), JobStatus::KILLED, kNoExitCode, "SIGXCPU",
       kNoLimit, "ended by SIGXCPU"},
      {"a job that kills itself", after(399'999, SIGKILL), JobStatus::KILLED, kNoExitCode,
       "SIGKILL", kNoLimit, "ended by SIGKILL"},
      {"a file beyond its size", exited(killedBy(SIGXFSZ)), JobStatus::KILLED, kNoExitCode,
       "SIGXFSZ", LimitHit{LimitKind::file, 600, 600},
       "ended by SIGXFSZ: a file would have grown beyond the limit of 600 bytes"},
  });
}

}  // namespace
}  // namespace brood::supervisor
