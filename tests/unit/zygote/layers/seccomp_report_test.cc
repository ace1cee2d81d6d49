// Fatal calls are reported to whoever holds the listener, and never happen.

#include <errno.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "tests/unit/zygote/forked_child.h"
#include "zygote/layers/seccomp_policy.h"

namespace brood::zygote {
namespace {

class SeccompReportTest : public ::testing::Test {
 protected:
  // As a worker ends up with it: the zygote's two, the listener's first, and its own.
  int install(OwnedFd& listener) const {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    if (int error = policy_.installNumbers(listener)) return error;
    if (int error = policy_.installArgumentRules()) return error;
    return policy_.installTightening();
  }

  // Checks the report on a child under the policy that makes the call. The holder of the listener
  // is under none, as the supervisor. The child is killed for the call. Returns 0 if `isRight` says
  // so.
  int reportOf(const std::function<void()>& call,
               const std::function<bool(const seccomp_notif&)>& isRight) const {
    return inForkedChild([&] {
      int ends[2], listenerOfCaller = -1;
      if (::pipe(ends) != 0) return 250;
      const pid_t caller = ::fork();
      if (caller == 0) {
        OwnedFd listener;
        if (install(listener) != 0) ::_exit(98);
        const int number = listener.get();
        if (::write(ends[1], &number, sizeof(number)) != sizeof(number)) ::_exit(97);
        call();
        ::_exit(99);
      }
      ::close(ends[1]);
      if (::read(ends[0], &listenerOfCaller, sizeof(int)) != sizeof(int)) return 249;
      const OwnedFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, caller, 0)));
      const OwnedFd listener(
          static_cast<int>(::syscall(SYS_pidfd_getfd, pidfd.get(), listenerOfCaller, 0)));
      seccomp_notif notice = {};
      const bool isTold = ::ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_RECV, &notice) == 0;
      ::kill(caller, SIGKILL);
      int status;
      if (::waitpid(caller, &status, 0) != caller) return 252;
      if (!isTold) return 251;
      if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) return 253;
      return notice.pid == static_cast<uint32_t>(caller) && isRight(notice) ? 0 : 1;
    });
  }

  const SeccompPolicy policy_ =
      SeccompPolicy::compile(SeccompScope::ownNamespaces, SeccompPolicy::Fatal::report);
};

TEST_F(SeccompReportTest, TheKernelSaysWhichCallItWas) {
  ASSERT_TRUE(SeccompPolicy::canReport());
  for (long number : {SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module}) {
    EXPECT_EQ(reportOf([number] { ::syscall(number, 0, 0, 0, 0); },
                       [number](auto& notice) { return notice.data.nr == number; }),
              0)
        << number;
  }
}

#ifdef __x86_64__

TEST_F(SeccompReportTest, ReportsTheForeignAbi) {
  auto interrupt80 = [] {
    long result = 20;
    asm volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
  };
  EXPECT_EQ(reportOf(interrupt80,
                     [](auto& notice) {
                       return notice.data.arch == AUDIT_ARCH_I386 && notice.data.nr == 20;
                     }),
            0);
  constexpr long kX32Getpid = 0x40000000 | SYS_getpid;
  EXPECT_EQ(reportOf([] { ::syscall(kX32Getpid); },
                     [](auto& notice) { return notice.data.nr == kX32Getpid; }),
            0);
}

#endif

TEST_F(SeccompReportTest, WithNobodyToTellTheCallDoesNotExist) {
  EXPECT_EQ(inForkedChild([this] {
              OwnedFd listener;
              if (install(listener) != 0) return 250;
              listener.reset();
              return ::syscall(SYS_delete_module, "none", 0) < 0 ? errno : 0;
            }),
            ENOSYS);
}

TEST_F(SeccompReportTest, ASecondListenerIsRefused) {
  EXPECT_EQ(inForkedChild([this] {
              OwnedFd first, second;
              if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 249;
              if (policy_.installNumbers(first) != 0) return 250;
              return policy_.installNumbers(second);
            }),
            EBUSY);
}

}  // namespace
}  // namespace brood::zygote
