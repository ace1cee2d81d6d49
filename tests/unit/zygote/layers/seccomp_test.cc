// The filter against a table: what a job may call, and what it is told otherwise.

#include "zygote/layers/seccomp_policy.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/unit/zygote/forked_child.h"

namespace brood::testing {
namespace {

constexpr int kNewerThanAnyTable = 1000;

class SeccompTest : public ::testing::Test {
 protected:
  // As a worker ends up with it: two filters inherited from its zygote, and its own.
  static int install(const SeccompPolicy& policy) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    if (int error = policy.installArgumentRules()) return error;
    if (int error = policy.installNumbers()) return error;
    return policy.installTightening();
  }

  // The errno of one call under the filters (0: it succeeded), or 256 + the signal that it cost.
  int errnoOfCall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
    return errnoUnder(&policy_, number, a, b, c, d, e);
  }
  int errnoInSharedScope(long number, long a = 0, long b = 0, long c = 0, long d = 0) {
    return errnoUnder(&sharedPolicy_, number, a, b, c, d);
  }
  // The control: the same call without a filter.
  int errnoUnfiltered(long number, long a = 0, long b = 0, long c = 0, long d = 0) {
    return errnoUnder(nullptr, number, a, b, c, d);
  }

  int errnoUnder(const SeccompPolicy* policy, long number, long a = 0, long b = 0, long c = 0,
                 long d = 0, long e = 0) {
    return inForkedChild([=] {
      if (policy != nullptr && install(*policy) != 0) return 251;
      return ::syscall(number, a, b, c, d, e) < 0 ? errno : 0;
    });
  }

  const SeccompPolicy policy_ = SeccompPolicy::compile();
  const SeccompPolicy sharedPolicy_ = SeccompPolicy::compile(SeccompScope::sharedNamespaces);
};

TEST_F(SeccompTest, PrivilegedCallsAreNotPermitted) {
  for (long number :
       {SYS_mount, SYS_umount2, SYS_setns, SYS_unshare, SYS_pivot_root, SYS_chroot, SYS_bpf,
        SYS_ptrace, SYS_perf_event_open, SYS_name_to_handle_at, SYS_open_by_handle_at, SYS_reboot,
        SYS_swapon, SYS_swapoff, SYS_settimeofday, SYS_clock_settime, SYS_sethostname}) {
    EXPECT_EQ(errnoOfCall(number), EPERM) << number;
  }
}

TEST_F(SeccompTest, ModulesAndKexecKill) {
  for (long number : {SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load,
                      SYS_kexec_file_load}) {
    EXPECT_EQ(errnoOfCall(number, -1, -1, -1), 256 + SIGSYS) << number;
    EXPECT_LT(errnoUnfiltered(number, -1, -1, -1), 256) << number;
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
              if (install(policy_) != 0) return 251;
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

TEST_F(SeccompTest, RareProtocolsAreUnknown) {
  for (long family : {AF_INET, AF_INET6}) {
    for (int protocol : {int{IPPROTO_SCTP}, int{IPPROTO_DCCP}, int{IPPROTO_UDPLITE}, 115,
                         262}) {  // The last two: L2TP and MPTCP.
      EXPECT_EQ(errnoOfCall(SYS_socket, family, SOCK_STREAM, protocol), EPROTONOSUPPORT)
          << protocol;
    }
    EXPECT_EQ(errnoOfCall(SYS_socket, family, SOCK_DCCP, 0), EPROTONOSUPPORT);
    EXPECT_EQ(errnoOfCall(SYS_socket, family, SOCK_STREAM, IPPROTO_TCP), 0);
    EXPECT_EQ(errnoOfCall(SYS_socket, family, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP), 0);
  }
}

TEST_F(SeccompTest, FcntlWithoutPipeSizesLeasesAndForeignSignals) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  for (long high : {0l, 1l << 32}) {
    for (long command : {F_SETPIPE_SZ, F_SETLEASE, F_NOTIFY, F_SETOWN, F_SETOWN_EX, F_SETSIG}) {
      EXPECT_EQ(errnoOfCall(SYS_fcntl, ends[0], high | command, 0), EPERM) << command;
    }
  }
  EXPECT_EQ(errnoUnfiltered(SYS_fcntl, ends[0], F_SETPIPE_SZ, 1 << 16), 0);
  EXPECT_EQ(errnoUnfiltered(SYS_fcntl, ends[0], F_SETOWN, ::getpid()), 0);
  for (long command : {F_GETFL, F_GETFD, F_GETPIPE_SZ, F_GETOWN}) {
    EXPECT_EQ(errnoOfCall(SYS_fcntl, ends[0], command, 0), 0) << command;
  }
  EXPECT_EQ(errnoOfCall(SYS_fcntl, ends[0], F_SETFL, O_NONBLOCK), 0);
  EXPECT_EQ(errnoOfCall(SYS_fcntl, ends[0], F_DUPFD_CLOEXEC, 0), 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(SeccompTest, PrctlWithoutForeignTracersAndOwnMemoryMap) {
  constexpr long kAnybody = -1;
  for (long high : {0l, 1l << 32}) {
    EXPECT_EQ(errnoOfCall(SYS_prctl, high | PR_SET_PTRACER, kAnybody), EPERM);
    EXPECT_EQ(errnoOfCall(SYS_prctl, high | PR_SET_MM, PR_SET_MM_BRK), EPERM);
  }
  // The kernel's own word: it knows the option, or it has no such module (EINVAL).
  EXPECT_NE(errnoUnfiltered(SYS_prctl, PR_SET_PTRACER, kAnybody), EPERM);
  EXPECT_EQ(errnoUnfiltered(SYS_prctl, PR_MCE_KILL, PR_MCE_KILL_CLEAR), 0);
  EXPECT_EQ(errnoOfCall(SYS_prctl, PR_MCE_KILL, PR_MCE_KILL_CLEAR), EPERM);
  EXPECT_EQ(errnoOfCall(SYS_prctl, PR_SET_NAME, reinterpret_cast<long>("name")), 0);
  EXPECT_EQ(errnoOfCall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL), 0);
  EXPECT_EQ(errnoOfCall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1), 0);
}

TEST_F(SeccompTest, DeviceNodesAreNotMade) {
  char directory[] = "/tmp/brood-seccomp-XXXXXX";
  ASSERT_NE(::mkdtemp(directory), nullptr);
  const std::string path = std::string(directory) + "/node";
  const long name = reinterpret_cast<long>(path.c_str());
  const long null = static_cast<long>(makedev(1, 3));
  for (long kind : {S_IFCHR, S_IFBLK}) {
    EXPECT_EQ(errnoOfCall(SYS_mknod, name, kind | 0600, null), EPERM);
    EXPECT_EQ(errnoOfCall(SYS_mknodat, AT_FDCWD, name, kind | 0600, null), EPERM);
  }
  EXPECT_EQ(errnoOfCall(SYS_mknod, name, S_IFIFO | 0600, 0), 0);
  ::unlink(path.c_str());
  EXPECT_EQ(errnoUnfiltered(SYS_mknod, name, S_IFCHR | 0600, null), 0);
  std::filesystem::remove_all(directory);
}

TEST_F(SeccompTest, LimitsAndPrioritiesOfItselfOnly) {
  rlimit limit;
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const long address = reinterpret_cast<long>(&limit), other = ::getppid();
  EXPECT_EQ(errnoUnfiltered(SYS_prlimit64, other, RLIMIT_NOFILE, 0, address), 0);
  EXPECT_EQ(errnoOfCall(SYS_prlimit64, 0, RLIMIT_NOFILE, address, 0), 0);
  EXPECT_EQ(errnoOfCall(SYS_prlimit64, other, RLIMIT_NOFILE, 0, address), 0) << "only asks";
  EXPECT_EQ(errnoOfCall(SYS_prlimit64, other, RLIMIT_NOFILE, address, 0), EPERM);
  constexpr long kOfProcess = 1;
  EXPECT_EQ(errnoUnfiltered(SYS_ioprio_set, kOfProcess, ::getpid(), 0), 0);
  EXPECT_EQ(errnoOfCall(SYS_ioprio_set, kOfProcess, ::getpid(), 0), EPERM);
  EXPECT_EQ(errnoOfCall(SYS_ioprio_set, kOfProcess, 0, 0), 0);
  EXPECT_EQ(errnoUnfiltered(SYS_setpriority, PRIO_PGRP, 0, 0), 0);
  EXPECT_EQ(errnoOfCall(SYS_setpriority, PRIO_PGRP, 0, 0), EPERM);
  EXPECT_EQ(errnoOfCall(SYS_setpriority, PRIO_USER, 0, 0), EPERM);
  EXPECT_EQ(errnoOfCall(SYS_setpriority, PRIO_PROCESS, 0, 19), 0);
}

// pthread_setaffinity_np and pthread_setschedparam name threads by their ids.
TEST_F(SeccompTest, OwnThreadsAreScheduledById) {
  EXPECT_EQ(inForkedChild([] {
              const SeccompPolicy policy = SeccompPolicy::compile();
              if (install(policy) != 0) return 251;
              cpu_set_t cpus;
              if (::pthread_getaffinity_np(::pthread_self(), sizeof(cpus), &cpus) != 0) return 1;
              if (::pthread_setaffinity_np(::pthread_self(), sizeof(cpus), &cpus) != 0) return 2;
              sched_param none = {};
              return ::pthread_setschedparam(::pthread_self(), SCHED_BATCH, &none);
            }),
            0);
}

TEST_F(SeccompTest, InSharedNamespacesIdsAndSocketsAreRefused) {
  const long self = ::getpid();
  cpu_set_t cpus;
  ASSERT_EQ(::sched_getaffinity(0, sizeof(cpus), &cpus), 0);
  const long mask = reinterpret_cast<long>(&cpus);
  EXPECT_EQ(errnoInSharedScope(SYS_sched_setaffinity, self, sizeof(cpus), mask), EPERM);
  EXPECT_EQ(errnoOfCall(SYS_sched_setaffinity, self, sizeof(cpus), mask), 0);
  EXPECT_EQ(errnoInSharedScope(SYS_sched_setaffinity, 0, sizeof(cpus), mask), 0);
  EXPECT_EQ(errnoInSharedScope(SYS_setpriority, PRIO_PROCESS, self, 19), EPERM);
  EXPECT_EQ(errnoInSharedScope(SYS_socket, AF_INET, SOCK_STREAM, 0), EACCES);
  EXPECT_EQ(errnoInSharedScope(SYS_socket, AF_UNIX, SOCK_STREAM, 0), EACCES);
  int ends[2];
  const long where = reinterpret_cast<long>(ends);
  EXPECT_EQ(errnoInSharedScope(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, where), 0);
  // A datagram can be sent to a name from either of a pair.
  EXPECT_EQ(errnoInSharedScope(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, where), EACCES);
  EXPECT_EQ(errnoInSharedScope(SYS_socketpair, AF_UNIX, SOCK_RAW | SOCK_CLOEXEC, 0, where), EACCES);
  EXPECT_EQ(errnoOfCall(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, where), 0);
  EXPECT_EQ(errnoInSharedScope(SYS_memfd_create, reinterpret_cast<long>("x"), 0), ENOSYS);
  EXPECT_EQ(errnoInSharedScope(SYS_shmget, 0, 4096, 0), ENOSYS);
}

// What Landlock does not see. A file that a job can open it may change as its own.
TEST_F(SeccompTest, InSharedNamespacesNothingIsChangedByItsPath) {
  char path[] = "/tmp/brood-seccomp-XXXXXX";
  const int fd = ::mkstemp(path);
  ASSERT_GE(fd, 0);
  const long name = reinterpret_cast<long>(path);
  EXPECT_EQ(errnoInSharedScope(SYS_chmod, name, 0600), EPERM);
  EXPECT_EQ(errnoOfCall(SYS_chmod, name, 0600), 0);
  EXPECT_EQ(errnoInSharedScope(SYS_fchmodat, AT_FDCWD, name, 0600), EPERM);
  EXPECT_EQ(errnoInSharedScope(SYS_utimensat, AT_FDCWD, name, 0, 0), EPERM);
  EXPECT_EQ(errnoOfCall(SYS_utimensat, AT_FDCWD, name, 0, 0), 0);
  EXPECT_EQ(errnoInSharedScope(SYS_setxattr, name, name, 0, 0), EOPNOTSUPP);
  EXPECT_EQ(errnoInSharedScope(SYS_inotify_init1, 0), ENOSYS);
  EXPECT_EQ(errnoInSharedScope(SYS_fchmod, fd, 0600), 0);
  EXPECT_EQ(errnoInSharedScope(SYS_utimensat, fd, 0, 0, 0), 0);
  ::close(fd);
  ::unlink(path);
}

TEST_F(SeccompTest, InSharedNamespacesNobodyHidesOrOutlivesHisKeeper) {
  EXPECT_EQ(errnoInSharedScope(SYS_prctl, PR_SET_PDEATHSIG, 0), EPERM);
  EXPECT_EQ(errnoInSharedScope(SYS_prctl, PR_SET_DUMPABLE, 0), EPERM);
  EXPECT_EQ(errnoOfCall(SYS_prctl, PR_SET_PDEATHSIG, 0), 0);
  EXPECT_EQ(errnoOfCall(SYS_prctl, PR_SET_DUMPABLE, 0), 0);
}

// Init has number 1. In a namespace in which that is somebody the kernel would let us.
TEST_F(SeccompTest, InitIsNotScheduledByItsJob) {
  cpu_set_t cpus;
  ASSERT_EQ(::sched_getaffinity(1, sizeof(cpus), &cpus), 0);
  const long mask = reinterpret_cast<long>(&cpus);
  for (long high : {0l, 1l << 32}) {
    EXPECT_EQ(errnoUnfiltered(SYS_sched_setaffinity, high | 1, sizeof(cpus), mask), 0);
    EXPECT_EQ(errnoOfCall(SYS_sched_setaffinity, high | 1, sizeof(cpus), mask), EPERM);
    EXPECT_EQ(errnoOfCall(SYS_setpriority, PRIO_PROCESS, high | 1, 19), EPERM);
  }
  for (long number : {SYS_sched_setparam, SYS_sched_setscheduler, SYS_sched_setattr}) {
    EXPECT_EQ(errnoOfCall(number, 1, 0, 0), EPERM) << number;
    EXPECT_EQ(errnoOfCall(number, 0, 0, 0), EINVAL) << number;
  }
}

TEST_F(SeccompTest, MemoryThatNoProcessMapsNeedsSomebodyWhoCountsIt) {
  const SeccompPolicy uncounted = SeccompPolicy::compile(SeccompScope::uncountedMemory);
  const long name = reinterpret_cast<long>("x");
  EXPECT_EQ(errnoUnder(&uncounted, SYS_memfd_create, name), ENOSYS);
  EXPECT_EQ(errnoUnder(&uncounted, SYS_shmget, 0, 4096, 0), ENOSYS);
  EXPECT_EQ(errnoUnder(&uncounted, SYS_msgget, 0, 0), ENOSYS);
  EXPECT_EQ(errnoOfCall(SYS_memfd_create, name), 0);
  EXPECT_EQ(errnoUnder(&uncounted, SYS_socket, AF_INET, SOCK_STREAM, 0), 0);
  EXPECT_EQ(errnoUnder(&uncounted, SYS_sched_setaffinity, ::getpid(), 0, 0), EINVAL);
}

// What is inherited leaves zygotes and inits able to make sandboxes; only the last filter does not.
TEST_F(SeccompTest, InheritedFiltersLeaveTheMakersTheirCalls) {
  EXPECT_EQ(inForkedChild([this] {
              ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
              if (policy_.installArgumentRules() != 0) return 250;
              if (policy_.installNumbers() != 0) return 251;
              if (::unshare(CLONE_NEWUTS) != 0) return 1;
              if (::sethostname("x", 1) != 0) return 2;
              if (policy_.installTightening() != 0) return 252;
              return ::unshare(CLONE_NEWUTS) < 0 && errno == EPERM ? 0 : 3;
            }),
            0);
}

TEST_F(SeccompTest, NobodyListensToItsCalls) {
  constexpr long kNewListener = 1 << 3;
  EXPECT_EQ(errnoOfCall(SYS_seccomp, 1, kNewListener, 0), EPERM);
  EXPECT_EQ(errnoUnfiltered(SYS_seccomp, 1, kNewListener, 0), EFAULT);
  EXPECT_EQ(errnoOfCall(SYS_seccomp, 1, 0, 0), EFAULT) << "it may filter itself further";
}

#ifdef __x86_64__
TEST_F(SeccompTest, OtherAbisKill) {
  constexpr long kX32Bit = 0x40000000;
  EXPECT_EQ(errnoOfCall(kX32Bit | SYS_getpid), 256 + SIGSYS);
  EXPECT_EQ(inForkedChild([this] {
              if (install(policy_) != 0) return 251;
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
