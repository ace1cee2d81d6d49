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

namespace brood::testing {
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

  // In a process under the policy that holds the listener itself: what is reported of a child that
  // makes the call. The child is killed for it. Returns 0 if `isRight` says so.
  int reportOf(const std::function<void()>& call,
               const std::function<bool(const seccomp_notif&)>& isRight) const {
    return inForkedChild([&] {
      OwnedFd listener;
      if (install(listener) != 0) return 250;
      const pid_t caller = ::fork();
      if (caller == 0) {
        call();
        ::_exit(99);
      }
      seccomp_notif notice = {};
      if (::ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_RECV, &notice) < 0) return 251;
      const bool isCallers = notice.pid == static_cast<uint32_t>(caller);
      ::kill(caller, SIGKILL);
      int status;
      if (::waitpid(caller, &status, 0) != caller) return 252;
      if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) return 253;
      return isCallers && isRight(notice) ? 0 : 1;
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

TEST_F(SeccompReportTest, AndThroughWhichAbi) {
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
}  // namespace brood::testing
