#include "base/confinement/server_calls.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace brood {
namespace {

constexpr const char* kAllowed[] = {
    // Connections, and the loop that waits for them.
    "read", "readv", "write", "writev", "pread64", "recvmsg", "recvfrom", "sendmsg", "sendto",
    "accept", "accept4", "connect", "shutdown", "getsockopt", "setsockopt", "getsockname",
    "getpeername", "close", "fcntl", "fstat", "epoll_create1", "epoll_ctl", "epoll_wait",
    "epoll_pwait", "epoll_pwait2", "poll", "ppoll", "eventfd2", "pipe2", "timerfd_create",
    "timerfd_settime",
    // Memory, time, chance, signals, the end.
    "brk", "munmap", "mremap", "madvise", "futex", "clock_gettime", "clock_getres", "gettimeofday",
    "time", "clock_nanosleep", "nanosleep", "getrandom", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "sigaltstack", "restart_syscall", "sched_yield", "membarrier", "rseq", "getpid",
    "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid", "exit", "exit_group"};

constexpr const char* kDeadly[] = {"execve",
                                   "execveat",
                                   "fork",
                                   "vfork",
                                   "ptrace",
                                   "bpf",
                                   "process_vm_readv",
                                   "process_vm_writev",
                                   "pidfd_getfd",
                                   "mount",
                                   "umount2",
                                   "pivot_root",
                                   "chroot",
                                   "setns",
                                   "unshare",
                                   "kexec_load",
                                   "init_module",
                                   "finit_module",
                                   "delete_module",
                                   "open_by_handle_at",
                                   "userfaultfd",
                                   "keyctl",
                                   "add_key",
                                   "request_key",
                                   "perf_event_open"};

}  // namespace

void allowServerCalls(SeccompFilter& filter) {
  for (const char* name : kAllowed) filter.allow(name);
  for (const char* name : kDeadly) filter.endWith(name);
  // No new code.
  const scmp_arg_cmp notExecutable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  filter.allow("mmap", notExecutable);
  filter.allow("mprotect", notExecutable);
  // libuv's and c-ares's way to make a descriptor non-blocking.
  filter.allow("ioctl", SCMP_A1(SCMP_CMP_EQ, FIONBIO));
  // fstat() of a C library that has no call of that name.
  filter.allow("newfstatat", SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH));
  // abort(): of ourselves only.
  filter.allow("tgkill", SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid())));
}

}  // namespace brood
