#include "gateway/process/confinement.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

namespace brood::gateway {
namespace {

const ServerAccount kOwn{1, 1, ""};

// The wait status of a child that does this.
int statusOf(const std::function<int()>& act) {
  pid_t pid;
  KJ_SYSCALL(pid = ::fork());
  if (pid == 0) ::_exit(act());
  int status = 0;
  KJ_SYSCALL(::waitpid(pid, &status, 0));
  return status;
}

int confined(const std::function<int()>& act) {
  return statusOf([&] {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    confine(kOwn);
    return act();
  });
}

int exitCode(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
int errnoOf(long result) { return result < 0 ? errno : 0; }

bool has(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// Each with what it comes to without.
TEST(Confinement, RefusesWhatAServerDoesNotNeed) {
  const struct {
    const char* what;
    std::function<int()> act;
  } acts[] = {
      {"a file", [] { return errnoOf(::open("/etc/passwd", O_RDONLY)); }},
      {"a TCP socket", [] { return errnoOf(::socket(AF_INET, SOCK_STREAM, 0)); }},
      {"a netlink socket", [] { return errnoOf(::socket(AF_NETLINK, SOCK_RAW, 0)); }},
      {"new code",
       [] {
         void* page =
             ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return page == MAP_FAILED ? errno : 0;
       }},
      {"a signal to others", [] { return errnoOf(::kill(::getppid(), 0)); }},
      {"its own attributes", [] { return errnoOf(::prctl(PR_SET_DUMPABLE, 0)); }},
  };
  for (const auto& each : acts) {
    EXPECT_EQ(exitCode(statusOf(each.act)), 0) << each.what;
    const int refused = exitCode(confined(each.act));
    if (kIsSanitized) continue;
    EXPECT_EQ(refused, EPERM) << each.what;
  }
}

TEST(Confinement, EndsWhoStartsAProgram) {
  const auto act = [] {
    ::execl("/bin/true", "true", nullptr);
    return 99;
  };
  EXPECT_EQ(exitCode(statusOf(act)), 0);
  const int status = confined(act);
  if (!kIsSanitized) {
    ASSERT_TRUE(WIFSIGNALED(status)) << status;
    EXPECT_EQ(WTERMSIG(status), SIGSYS);
  }
}

TEST(Confinement, LeavesWhatAServerDoes) {
  const auto act = [] {
    int pair[2];
    if (::pipe2(pair, O_CLOEXEC) < 0) return 1;
    if (::write(pair[1], "x", 1) != 1) return 2;
    char byte = 0;
    if (::read(pair[0], &byte, 1) != 1) return 3;
    if (::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0) return 4;
    std::string large(8 << 20, 'x');
    if (large.back() != 'x') return 5;
    try {
      throw std::runtime_error("is caught");
    } catch (const std::exception&) {
      return 0;
    }
  };
  EXPECT_EQ(exitCode(confined(act)), 0);
}

// In a child: what is given up is given up for good.
TEST(Confinement, NamesWhatIsThereAndWhatIsNot) {
  EXPECT_EQ(exitCode(statusOf([] {
              ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
              const auto confinement = confine(kOwn);
              const auto& there = kIsSanitized ? confinement.missing : confinement.layers;
              const std::string why = kIsSanitized ? ": built with a sanitizer" : "";
              return has(there, "seccomp" + why) && has(confinement.layers, "own_user") ? 0 : 1;
            })),
            0);
  EXPECT_EQ(exitCode(statusOf([] {
              ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
              const auto shared = confine({1, 1, "gateway.user is nobody"});
              return has(shared.missing, "own_user: gateway.user is nobody") ? 0 : 1;
            })),
            0);
}

}  // namespace
}  // namespace brood::gateway
