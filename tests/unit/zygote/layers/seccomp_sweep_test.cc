// Every system call number against a golden table, by each of the three ways into the kernel.
//
// Nothing is executed: a filter of the test's own hands what the policy lets through to a tracer,
// which cancels the call and answers with an errno that no kernel has.

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "zygote/layers/seccomp_policy.h"

#ifdef __x86_64__

namespace brood::zygote {
namespace {

constexpr int kNumbers = 1024;
constexpr int kLetThrough = 3999;  // Above every errno, below where results begin.
constexpr int kKilled = -1;

enum class Entry { native, x32, interrupt80 };

// Written by the child in memory that it shares with the test: a system call would be swept too.
struct Progress {
  volatile int current;
  volatile bool finished;
  volatile int outcome[kNumbers];
};

int callOnce(Entry entry, int number) {
  if (entry == Entry::interrupt80) {
    long result;
    asm volatile("int $0x80"
                 : "=a"(result)
                 : "a"(static_cast<long>(number)), "b"(0l), "c"(0l), "d"(0l), "S"(0l), "D"(0l)
                 : "memory");
    return static_cast<int>(-result);
  }
  constexpr long kX32Bit = 0x40000000;
  errno = 0;
  ::syscall(number | (entry == Entry::x32 ? kX32Bit : 0), 0, 0, 0, 0, 0, 0);
  return errno;
}

// All but the installation of a filter: the policy's last one, after which there is no other.
constexpr sock_filter kToTracer[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 0, 3),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SECCOMP_SET_MODE_FILTER, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
};

[[noreturn]] void sweepFrom(Progress& progress, Entry entry, const SeccompPolicy* policy) {
  ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  ::raise(SIGSTOP);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) ::_exit(1);
  if (policy != nullptr && (policy->installArgumentRules() != 0 || policy->installNumbers() != 0)) {
    ::_exit(2);
  }
  if (installSeccompFilter(kToTracer) != 0) ::_exit(3);
  if (policy != nullptr && policy->installTightening() != 0) ::_exit(4);
  while (progress.current < kNumbers) {
    progress.outcome[progress.current] = callOnce(entry, progress.current);
    progress.current = progress.current + 1;
  }
  progress.finished = true;
  for (;;) ::syscall(SYS_getpid);
}

void cancelCall(pid_t pid) {
  user_regs_struct registers;
  ASSERT_EQ(::ptrace(PTRACE_GETREGS, pid, nullptr, &registers), 0);
  registers.orig_rax = static_cast<unsigned long long>(-1);
  registers.rax = static_cast<unsigned long long>(-kLetThrough);
  ASSERT_EQ(::ptrace(PTRACE_SETREGS, pid, nullptr, &registers), 0);
}

// Until the child has finished or the policy has killed it.
void traceChild(pid_t pid, const Progress& progress) {
  int status;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  ASSERT_EQ(::ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL),
            0);
  while (!WIFEXITED(status) && !WIFSIGNALED(status)) {
    const bool isCall = status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8);
    if (progress.finished) {
      ::kill(pid, SIGKILL);
    } else if (isCall) {
      cancelCall(pid);
    }
    ::ptrace(PTRACE_CONT, pid, nullptr, nullptr);
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  }
  ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  ASSERT_EQ(WTERMSIG(status), progress.finished ? SIGKILL : SIGSYS);
}

// For each number an errno, kLetThrough or kKilled.
std::vector<int> sweep(Entry entry, const SeccompPolicy* policy) {
  void* shared =
      ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& progress = *static_cast<Progress*>(shared);
  while (!progress.finished && progress.current < kNumbers) {
    const pid_t pid = ::fork();
    if (pid == 0) sweepFrom(progress, entry, policy);
    traceChild(pid, progress);
    if (::testing::Test::HasFatalFailure()) break;
    if (!progress.finished) {
      progress.outcome[progress.current] = kKilled;
      progress.current = progress.current + 1;
    }
  }
  std::vector<int> outcomes(progress.outcome, progress.outcome + kNumbers);
  ::munmap(shared, sizeof(Progress));
  return outcomes;
}

std::string nameOf(int outcome) {
  if (outcome == kLetThrough) return "allow";
  if (outcome == 0) return "nothing";
  return outcome == kKilled ? "kill" : ::strerrorname_np(outcome);
}

// "FIRST[-LAST] NAME VERDICT"; the name is for the reader.
std::vector<std::string> goldenVerdicts(const char* table) {
  std::vector<std::string> verdicts(kNumbers, "not in the table");
  std::ifstream file(table);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    std::string numbers, name, verdict;
    fields >> numbers >> name >> verdict;
    const size_t dash = numbers.find('-');
    const int first = std::stoi(numbers);
    const int last = dash == std::string::npos ? first : std::stoi(numbers.substr(dash + 1));
    for (int number = first; number <= last; ++number) verdicts.at(number) = verdict;
  }
  return verdicts;
}

// uretprobe and uprobe: since Linux 6.14 the kernel lets them past every filter, for they come from
// code that it has put into the process itself, and refuses them from anywhere else.
bool isPastFilters(int number) { return number == 335 || number == 336; }

void expectAll(const std::vector<int>& outcomes, int expected) {
  for (int number = 0; number < kNumbers; ++number) {
    if (outcomes[number] == expected) continue;
    EXPECT_TRUE(isPastFilters(number) && outcomes[number] != kLetThrough)
        << number << " " << nameOf(outcomes[number]);
  }
}

void expectTable(SeccompScope scope, const char* table) {
  const SeccompPolicy policy = SeccompPolicy::compile(scope);
  const auto golden = goldenVerdicts(table);
  const auto outcomes = sweep(Entry::native, &policy);
  for (int number = 0; number < kNumbers; ++number) {
    const std::string verdict = nameOf(outcomes[number]);
    if (isPastFilters(number)) {
      EXPECT_NE(verdict, "allow") << number;
    } else {
      EXPECT_EQ(verdict, golden[number]) << number;
    }
  }
}

TEST(SeccompSweep, EveryNumberIsAnsweredAsTheTableSays) {
  expectTable(SeccompScope::ownNamespaces, BROOD_SYSCALL_TABLE);
}

TEST(SeccompSweep, EveryNumberOnASharedHostLikewise) {
  expectTable(SeccompScope::sharedNamespaces, BROOD_SHARED_SYSCALL_TABLE);
}

TEST(SeccompSweep, OtherAbisKillWhateverTheNumber) {
  const SeccompPolicy policy = SeccompPolicy::compile();
  for (Entry entry : {Entry::x32, Entry::interrupt80}) {
    expectAll(sweep(entry, &policy), kKilled);
  }
}

TEST(SeccompSweep, WithoutThePolicyEveryNumberArrives) {
  for (Entry entry : {Entry::native, Entry::x32, Entry::interrupt80}) {
    expectAll(sweep(entry, nullptr), kLetThrough);
  }
}

}  // namespace
}  // namespace brood::zygote

#endif
