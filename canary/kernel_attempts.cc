// Into parts of the kernel that a job has no use for.

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "canary/attempts.h"

namespace brood::canary {
namespace {

// A number the filter knows nothing of must look as if the kernel knew nothing of it.
Finding unlessUnknown(long result) {
  if (result >= 0) {
    ::close(static_cast<int>(result));
    return reached("");
  }
  return errno == ENOSYS ? stoppedBy(ENOSYS) : reached(stoppedBy(errno).detail);
}

int tryNamespace() { return ::unshare(CLONE_NEWUSER) < 0 ? errno : 0; }
int tryTrace() { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) < 0 ? errno : 0; }

Finding nestedNamespace(const Host&) { return inChild(tryNamespace); }
Finding trace(const Host&) { return inChild(tryTrace); }

// A null pointer is as good as any: without a filter the answer is EFAULT.
Finding ioUring(const Host&) { return unlessUnknown(::syscall(SYS_io_uring_setup, 1, nullptr)); }

Finding userfaultfd(const Host&) {
  constexpr int kUserModeOnly = 1;
  return unlessUnknown(::syscall(SYS_userfaultfd, O_CLOEXEC | kUserModeOnly));
}

Finding keyring(const Host&) {
  constexpr int kProcessKeyring = -2;
  return ofCall(::syscall(SYS_add_key, "user", "brood-canary", "x", 1, kProcessKeyring));
}

// Any answer but "no such family", or "no sockets", comes from the family's own code.
Finding socketFamily(const Host&) {
  Finding finding{false, ""};
  for (int family : {AF_ALG, AF_VSOCK, AF_PACKET, AF_NETLINK}) {
    const int fd = ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) ::close(fd);
    if (fd >= 0 || (errno != EAFNOSUPPORT && errno != EACCES))
      return reached(std::to_string(family));
    finding = stoppedBy(errno);
  }
  return finding;
}

Finding pipeSize(const Host&) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return stoppedBy(errno);
  const Finding finding = ofCall(::fcntl(ends[0], F_SETPIPE_SZ, 128 * 1024));
  ::close(ends[0]);
  ::close(ends[1]);
  return finding;
}

// A socket's buffer is memory that few account for. setsockopt() answers success whether or not it
// has an effect, so this reads the size back.
Finding socketBuffer(const Host&) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return stoppedBy(errno);
  int before = 0, after = 0;
  socklen_t length = sizeof(before);
  ::getsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &before, &length);
  const int wanted = 2 * before;
  ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &wanted, sizeof(wanted));
  ::getsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &after, &length);
  ::close(ends[0]);
  ::close(ends[1]);
  return {before != after, std::to_string(after)};
}

// Kept by the socket, as machine code of which there can be so much on the whole host.
Finding socketFilter(const Host&) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0 &&
      ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
    return stoppedBy(errno);
  }
  sock_filter letAllPass = BPF_STMT(BPF_RET | BPF_K, 0xffffffff);
  const sock_fprog program = {1, &letAllPass};
  const Finding finding =
      ofCall(::setsockopt(ends[0], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)));
  ::close(ends[0]);
  ::close(ends[1]);
  return finding;
}

// A null pointer again: EFAULT is the answer of whoever would have read it.
Finding ownFilter(const Host&) {
  ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, nullptr);
  return errno == EFAULT ? reached("") : stoppedBy(errno);
}

// By its number: a library of ours may answer the function of that name.
Finding fileWatch(const Host&) {
  return unlessUnknown(static_cast<int>(::syscall(SYS_inotify_init1, IN_CLOEXEC)));
}

// One that no program needs, for all that are not listed.
Finding unlistedPrctl(const Host&) { return ofCall(::prctl(PR_MCE_KILL_GET, 0, 0, 0, 0)); }

// More than there may be of what the kernel also counts for the host's user.
int trySignals() {
  constexpr int kMost = 1024;
  for (int made = 0; made <= kMost; ++made) {
    timer_t timer;
    if (::timer_create(CLOCK_MONOTONIC, nullptr, &timer) < 0) return errno;
  }
  return 0;
}

Finding signalQuota(const Host&) { return inChild(trySignals); }

// A child of the caller's parent, whose only child the caller is.
int trySibling() {
  const pid_t between = ::fork();
  if (between < 0) return errno;
  if (between == 0) {
    const long sibling = ::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    ::_exit(sibling < 0 ? errno : 0);
  }
  int status = 0, result = 0;
  while (::wait(&status) > 0) result |= WEXITSTATUS(status);
  return result;
}

Finding childOfParent(const Host&) { return inChild(trySibling); }

}  // namespace

const std::vector<Attempt> kKernelAttempts = {
    {"nested_namespace", nestedNamespace},
    {"io_uring", ioUring},
    {"userfaultfd", userfaultfd},
    {"keyring", keyring},
    {"trace", trace},
    {"socket_family", socketFamily},
    {"pipe_size", pipeSize},
    {"socket_buffer", socketBuffer},
    {"socket_filter", socketFilter},
    {"own_filter", ownFilter},
    {"file_watch", fileWatch},
    {"unlisted_prctl", unlistedPrctl},
    {"signal_quota", signalQuota},
    {"child_of_parent", childOfParent},
};

}  // namespace brood::canary
