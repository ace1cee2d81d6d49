#include "zygote/layers/seccomp_tables.h"

#include <iterator>

namespace brood::zygote {
namespace {

// Filled lines: one name each would make pages of what should be seen at a glance.
// clang-format off
constexpr const char* kFiles[] = {
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2",
    "pwritev2", "open", "openat", "openat2", "creat", "close", "close_range", "lseek", "dup",
    "dup2", "dup3", "fcntl", "ioctl", "pipe", "pipe2", "truncate", "ftruncate",
    "fallocate", "fadvise64", "readahead", "flock", "copy_file_range", "sendfile"};

constexpr const char* kFileSystem[] = {
    "stat", "fstat", "lstat", "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat",
    "faccessat2", "readlink", "readlinkat", "getdents", "getdents64", "getcwd", "chdir", "fchdir",
    "mkdir", "mkdirat", "rmdir", "rename", "renameat", "renameat2", "link", "linkat", "unlink",
    "unlinkat", "symlink", "symlinkat", "mknod", "mknodat", "chmod", "fchmod", "fchmodat", "chown",
    "fchown", "lchown", "fchownat", "umask", "utime", "utimes", "utimensat", "futimesat",
    "getxattr", "lgetxattr", "fgetxattr", "setxattr", "lsetxattr", "fsetxattr", "listxattr",
    "llistxattr", "flistxattr", "removexattr", "lremovexattr", "fremovexattr"};

constexpr const char* kMemory[] = {
    "mmap", "munmap", "mremap", "mprotect", "madvise", "brk", "msync", "mincore", "mlock",
    "mlock2", "munlock", "mlockall", "munlockall", "membarrier", "pkey_alloc", "pkey_free",
    "pkey_mprotect"};

constexpr const char* kProcesses[] = {
    "clone", "fork", "vfork", "execve", "execveat", "exit", "exit_group", "wait4", "waitid",
    "getpid", "getppid", "gettid", "getpgid", "getpgrp", "setpgid", "getsid", "setsid", "kill",
    "tkill", "tgkill", "prctl", "arch_prctl", "prlimit64", "getrlimit", "setrlimit", "getrusage",
    "times", "personality", "capget", "capset", "uname", "sysinfo", "restart_syscall",
    "getrandom"};

constexpr const char* kThreadsAndScheduling[] = {
    "set_tid_address", "set_robust_list", "get_robust_list", "rseq", "futex", "futex_waitv",
    "getcpu", "getpriority", "setpriority", "ioprio_get", "ioprio_set", "sched_yield",
    "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_setparam",
    "sched_getscheduler", "sched_setscheduler", "sched_get_priority_max",
    "sched_get_priority_min", "sched_rr_get_interval", "sched_getattr", "sched_setattr"};

// The ids one has are free to query, and to set to themselves.
constexpr const char* kIdentity[] = {
    "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups", "setuid",
    "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "setfsuid",
    "setfsgid"};

constexpr const char* kSignalsAndTime[] = {
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigsuspend",
    "rt_sigtimedwait", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "sigaltstack", "pause", "signalfd",
    "signalfd4", "alarm", "getitimer", "setitimer", "clock_gettime", "clock_getres",
    "clock_nanosleep", "nanosleep", "gettimeofday", "time", "timer_create", "timer_settime",
    "timer_gettime", "timer_getoverrun", "timer_delete", "timerfd_create", "timerfd_settime",
    "timerfd_gettime"};

constexpr const char* kPolling[] = {
    "select", "pselect6", "poll", "ppoll", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2"};

constexpr const char* kSockets[] = {
    "socket", "socketpair", "bind", "connect", "listen", "accept", "accept4", "getsockname",
    "getpeername", "getsockopt", "setsockopt", "sendto", "recvfrom", "sendmsg", "recvmsg",
    "sendmmsg", "recvmmsg", "shutdown"};

constexpr const char* kInterprocess[] = {
    "shmget", "shmat", "shmctl", "shmdt", "semget", "semop", "semctl", "semtimedop", "msgget",
    "msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink", "mq_timedsend", "mq_timedreceive",
    "mq_notify", "mq_getsetattr", "memfd_create"};

// Calls by which a job's programs ask about themselves, and by which its worker installs its
// filters.
constexpr const char* kSandboxing[] = {
    "seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"};

constexpr const char* kLandlock[] = {
    "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"};

// Nothing of a sandbox is there after it, so nothing has to be on a disk; the disks are the host's.
constexpr const char* kWritingOut[] = {
    "sync", "syncfs", "fsync", "fdatasync", "sync_file_range"};

// clang-format on

constexpr SyscallNames kAllowed[] = {
    {kFiles, std::size(kFiles)},
    {kFileSystem, std::size(kFileSystem)},
    {kMemory, std::size(kMemory)},
    {kProcesses, std::size(kProcesses)},
    {kThreadsAndScheduling, std::size(kThreadsAndScheduling)},
    {kIdentity, std::size(kIdentity)},
    {kSignalsAndTime, std::size(kSignalsAndTime)},
    {kPolling, std::size(kPolling)},
    {kSockets, std::size(kSockets)},
    {kSandboxing, std::size(kSandboxing)},
};

// clang-format off
constexpr const char* kPrivileged[] = {
    // Mounts and what reaches around them.
    "chroot", "open_by_handle_at", "name_to_handle_at", "quotactl",
    // Other processes and the kernel's insides.
    "ptrace", "bpf", "perf_event_open", "syslog", "lookup_dcookie", "move_pages", "migrate_pages",
    // The machine.
    "reboot", "swapon", "swapoff", "acct", "setdomainname", "iopl", "ioperm", "vhangup",
    "settimeofday", "clock_settime", "clock_adjtime", "adjtimex"};

constexpr const char* kFatal[] = {
    "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load"};

constexpr const char* kMakersPrivileged[] = {
    "setns", "unshare", "mount", "umount2", "pivot_root", "sethostname"};

constexpr const char* kPathChangers[] = {
    "chmod", "fchmodat", "chown", "lchown", "fchownat", "utime", "utimes", "futimesat"};

constexpr const char* kAddressedSockets[] = {"bind", "connect", "listen", "accept", "accept4"};

constexpr const char* kAttributesByPath[] = {
    "getxattr", "lgetxattr", "setxattr", "lsetxattr", "listxattr", "llistxattr", "removexattr",
    "lremovexattr"};

constexpr const char* kMakersProbed[] = {"clone3", "mount_setattr", "pidfd_open"};
// clang-format on

}  // namespace

kj::ArrayPtr<const SyscallNames> allowedSyscalls() { return {kAllowed, std::size(kAllowed)}; }

SyscallNames interprocessSyscalls() { return {kInterprocess, std::size(kInterprocess)}; }

SyscallNames privilegedSyscalls() { return {kPrivileged, std::size(kPrivileged)}; }

SyscallNames fatalSyscalls() { return {kFatal, std::size(kFatal)}; }

SyscallNames sandboxMakersPrivileged() { return {kMakersPrivileged, std::size(kMakersPrivileged)}; }

SyscallNames sandboxMakersProbed() { return {kMakersProbed, std::size(kMakersProbed)}; }

SyscallNames pathChangers() { return {kPathChangers, std::size(kPathChangers)}; }

SyscallNames addressedSockets() { return {kAddressedSockets, std::size(kAddressedSockets)}; }

SyscallNames attributesByPath() { return {kAttributesByPath, std::size(kAttributesByPath)}; }

SyscallNames landlockSyscalls() { return {kLandlock, std::size(kLandlock)}; }

SyscallNames writingOutSyscalls() { return {kWritingOut, std::size(kWritingOut)}; }

}  // namespace brood::zygote
