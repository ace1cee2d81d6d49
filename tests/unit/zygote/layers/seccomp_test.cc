// The filter against a table: what a job may call, and what it is told otherwise.

#include "zygote/layers/seccomp_policy.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/zygote/layers/seccomp_fixture.h"

namespace brood::zygote {
namespace {

constexpr int kNewerThanAnyTable = 1000;

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

// The exit code of a clone's parent: the errno, or 0 once the child has been waited for.
int cloneAndWait(long flags) {
  const long child = ::syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
  if (child < 0) return errno;
  if (child == 0) ::_exit(0);
  return ::waitpid(static_cast<pid_t>(child), nullptr, 0) == child ? 0 : 200;
}

TEST_F(SeccompTest, ChildrenAreOnesOwnAndHaveDescriptorsOfTheirOwn) {
  for (long flag : {CLONE_PARENT, CLONE_FILES, CLONE_FILES | CLONE_FS}) {
    EXPECT_EQ(inForkedChild([this, flag] {
                if (install(policy_) != 0) return 251;
                return cloneAndWait(flag);
              }),
              EPERM)
        << flag;
  }
  EXPECT_EQ(inForkedChild([] { return cloneAndWait(CLONE_FILES); }), 0);
  EXPECT_EQ(inForkedChild([this] {
              if (install(policy_) != 0) return 251;
              return cloneAndWait(CLONE_FS);
            }),
            0);
  // Threads share theirs.
  EXPECT_EQ(inForkedChild([this] {
              if (install(policy_) != 0) return 251;
              pthread_t thread;
              auto nothing = [](void*) -> void* { return nullptr; };
              if (const int error = ::pthread_create(&thread, nullptr, nothing, nullptr))
                return error;
              return ::pthread_join(thread, nullptr);
            }),
            0);
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

// Landlock does not see these changes. A file that a job can open it may change as its own.
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

// The inherited filters leave zygotes and inits able to make sandboxes; only the last filter does
// not.
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

// Their code has one bound for the whole host. Without the last filter a worker installs it.
TEST_F(SeccompTest, NobodyInstallsFiltersOfHisOwn) {
  constexpr long kFilter = 1, kNewListener = 1 << 3;
  EXPECT_EQ(errnoUnfiltered(SYS_seccomp, kFilter, kNewListener, 0), EFAULT);
  for (long high : {0l, 1l << 32}) {
    EXPECT_EQ(errnoOfCall(SYS_seccomp, high | kFilter, 0, 0), EINVAL);
    EXPECT_EQ(errnoOfCall(SYS_prctl, high | PR_SET_SECCOMP, 2, 0), EINVAL);
  }
  EXPECT_EQ(errnoOfCall(SYS_seccomp, kFilter, kNewListener, 0), EINVAL);
  EXPECT_EQ(errnoUnfiltered(SYS_prctl, PR_SET_SECCOMP, 2, 0), EFAULT);
}

TEST_F(SeccompTest, ALandlockDomainOfItsOwnNeedsSomebodyWhoCountsItsRules) {
  constexpr long kAskVersion = 1;
  const SeccompPolicy uncounted = SeccompPolicy::compile(SeccompScope::uncountedMemory);
  EXPECT_EQ(errnoOfCall(SYS_landlock_create_ruleset, 0, 0, kAskVersion), 0);
  for (auto* policy : {&uncounted, &sharedPolicy_}) {
    EXPECT_EQ(errnoUnder(policy, SYS_landlock_create_ruleset, 0, 0, kAskVersion), ENOSYS);
    EXPECT_EQ(errnoUnder(policy, SYS_landlock_add_rule), ENOSYS);
    EXPECT_EQ(errnoUnder(policy, SYS_landlock_restrict_self), ENOSYS);
  }
}

TEST_F(SeccompTest, NobodyWatchesFilesOrPlacesMemory) {
  for (auto* policy : {&policy_, &sharedPolicy_}) {
    for (long number :
         {SYS_inotify_init, SYS_inotify_init1, SYS_inotify_add_watch, SYS_inotify_rm_watch,
          SYS_fanotify_init, SYS_fanotify_mark, SYS_mbind, SYS_set_mempolicy, SYS_get_mempolicy}) {
      EXPECT_EQ(errnoUnder(policy, number), ENOSYS) << number;
    }
  }
  EXPECT_EQ(errnoUnfiltered(SYS_inotify_init1, 0), 0);
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
}  // namespace brood::zygote
