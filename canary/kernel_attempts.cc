// Into parts of the kernel that a job has no use for.

#include <fcntl.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

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
  for (int family : {AF_ALG, AF_VSOCK, AF_PACKET}) {
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

}  // namespace

const std::vector<Attempt> kKernelAttempts = {
    {"nested_namespace", nestedNamespace},
    {"io_uring", ioUring},
    {"userfaultfd", userfaultfd},
    {"keyring", keyring},
    {"trace", trace},
    {"socket_family", socketFamily},
    {"pipe_size", pipeSize},
};

}  // namespace brood::canary
