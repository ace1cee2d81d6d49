// The filter against a table: what a job may call, and what it is told otherwise.

#include "zygote/layers/seccomp_policy.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/unit/zygote/forked_child.h"

namespace brood::testing {
namespace {

constexpr int kNewerThanAnyTable = 1000;

class SeccompTest : public ::testing::Test {
 protected:
  // The errno of one call under the filter (0: it succeeded), or 256 + the signal that it cost.
  int errnoOfCall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
    return inForkedChild([=, this] {
      if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 250;
      if (policy_.installOnThisThread() != 0) return 251;
      return ::syscall(number, a, b, c, d, e) < 0 ? errno : 0;
    });
  }

  const SeccompPolicy policy_ = SeccompPolicy::compile();
};

TEST_F(SeccompTest, PrivilegedCallsAreNotPermitted) {
  for (long number : {SYS_mount,
                      SYS_umount2,
                      SYS_setns,
                      SYS_unshare,
                      SYS_pivot_root,
                      SYS_chroot,
                      SYS_bpf,
                      SYS_ptrace,
                      SYS_perf_event_open,
                      SYS_name_to_handle_at,
                      SYS_open_by_handle_at,
                      SYS_init_module,
                      SYS_finit_module,
                      SYS_delete_module,
                      SYS_kexec_load,
                      SYS_reboot,
                      SYS_swapon,
                      SYS_swapoff,
                      SYS_settimeofday,
                      SYS_clock_settime,
                      SYS_sethostname}) {
    EXPECT_EQ(errnoOfCall(number), EPERM) << number;
  }
}

TEST_F(SeccompTest, ProbedCallsDoNotExist) {
  for (long number :
       {SYS_clone3,        SYS_io_uring_setup, SYS_io_uring_enter,   SYS_io_uring_register,
        SYS_userfaultfd,   SYS_keyctl,         SYS_add_key,          SYS_request_key,
        SYS_pidfd_open,    SYS_pidfd_getfd,    SYS_process_vm_readv, SYS_process_vm_writev,
        SYS_open_tree,     SYS_fsopen,         SYS_fsmount,          SYS_move_mount,
        SYS_mount_setattr, SYS_splice,         SYS_vmsplice,         SYS_tee,
        kNewerThanAnyTable}) {
    EXPECT_EQ(errnoOfCall(number), ENOSYS) << number;
  }
}

TEST_F(SeccompTest, EverydayCallsSucceed) {
  EXPECT_EQ(errnoOfCall(SYS_getpid), 0);
  EXPECT_EQ(errnoOfCall(SYS_socket, AF_UNIX, SOCK_STREAM, 0), 0);
  EXPECT_EQ(errnoOfCall(SYS_socket, AF_INET, SOCK_STREAM, 0), 0);
  EXPECT_EQ(errnoOfCall(SYS_socket, AF_INET6, SOCK_DGRAM, 0), 0);
  EXPECT_EQ(errnoOfCall(SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), 0);
  EXPECT_EQ(errnoOfCall(SYS_epoll_create1), 0);
  EXPECT_EQ(errnoOfCall(SYS_eventfd2), 0);
  EXPECT_EQ(errnoOfCall(SYS_memfd_create, reinterpret_cast<long>("x"), 0), 0);
  EXPECT_EQ(errnoOfCall(SYS_personality, 0xffffffff), 0);
  EXPECT_EQ(errnoOfCall(SYS_sched_yield), 0);
  EXPECT_EQ(errnoOfCall(SYS_prctl, PR_GET_NO_NEW_PRIVS), 0);
  // Allowed, and the kernel's own answer.
  EXPECT_EQ(errnoOfCall(SYS_futex, 0, 999), ENOSYS);
  EXPECT_EQ(errnoOfCall(SYS_ioctl, 0, 0x5401 /* TCGETS */, 0) == EPERM, false);
}

TEST_F(SeccompTest, CloneWithoutNamespacesOnly) {
  EXPECT_EQ(inForkedChild([this] {
              ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
              policy_.installOnThisThread();
              return inForkedChild([] { return 7; });
            }),
            7);
  for (long flag : {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER,
                    CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNS}) {
    EXPECT_EQ(errnoOfCall(SYS_clone, flag | SIGCHLD), EPERM) << flag;
  }
}

TEST_F(SeccompTest, OtherSocketFamiliesAreUnknown) {
  for (long family : {0, 3, AF_AX25, AF_KEY, AF_PACKET, AF_RDS, AF_CAN, AF_TIPC, AF_BLUETOOTH,
                      AF_ALG, AF_VSOCK, AF_XDP, 46, 200, -1}) {
    EXPECT_EQ(errnoOfCall(SYS_socket, family, SOCK_STREAM, 0), EAFNOSUPPORT) << family;
  }
  EXPECT_EQ(errnoOfCall(SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_XFRM), EAFNOSUPPORT);
  EXPECT_EQ(errnoOfCall(SYS_socketpair, AF_TIPC, SOCK_STREAM, 0), EAFNOSUPPORT);
  // The kernel looks at 32 bits: a high bit must not change the family behind the filter's back.
  EXPECT_EQ(errnoOfCall(SYS_socket, (1l << 32) | AF_ALG, SOCK_SEQPACKET, 0), EAFNOSUPPORT);
}

TEST_F(SeccompTest, TerminalInjectionIsStoppedWithHighBitsToo) {
  for (long high : {0l, 1l << 32, -1l << 32}) {
    EXPECT_EQ(errnoOfCall(SYS_ioctl, 0, high | TIOCSTI, 0), EPERM) << high;
    EXPECT_EQ(errnoOfCall(SYS_ioctl, 0, high | TIOCLINUX, 0), EPERM) << high;
  }
}

TEST_F(SeccompTest, PersonalityMayOnlyBeAsked) {
  EXPECT_EQ(errnoOfCall(SYS_personality, 0x0040000 /* ADDR_NO_RANDOMIZE */), EPERM);
}

#ifdef __x86_64__
TEST_F(SeccompTest, OtherAbisKill) {
  constexpr long kX32Bit = 0x40000000;
  EXPECT_EQ(errnoOfCall(kX32Bit | SYS_getpid), 256 + SIGSYS);
  EXPECT_EQ(inForkedChild([this] {
              ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
              policy_.installOnThisThread();
              constexpr long kGetpidOfI386 = 20;
              long result;
              asm volatile("int $0x80" : "=a"(result) : "a"(kGetpidOfI386) : "memory");
              return 0;
            }),
            256 + SIGSYS);
}
#endif

}  // namespace
}  // namespace brood::testing
