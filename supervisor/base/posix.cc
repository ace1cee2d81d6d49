#include "supervisor/base/posix.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace brood::supervisor {

OwnedFd openPidfd(pid_t pid) {
  int fd;
  KJ_SYSCALL(fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)), pid);
  return OwnedFd(fd);
}

void signalPidfd(int pidfd, int signalNumber) noexcept {
  // ESRCH means the process has ended, which is all that a caller who kills wants.
  ::syscall(SYS_pidfd_send_signal, pidfd, signalNumber, nullptr, 0);
}

bool isReadable(int fd) {
  pollfd watched = {fd, POLLIN, 0};
  int count;
  KJ_SYSCALL(count = ::poll(&watched, 1, 0));
  return count > 0;
}

std::string readKernelFile(int fd) {
  char buffer[4096];
  ssize_t count;
  KJ_SYSCALL(count = ::pread(fd, buffer, sizeof(buffer), 0));
  return std::string(buffer, static_cast<size_t>(count));
}

uint64_t readKernelNumber(int fd) {
  char buffer[64];
  ssize_t count;
  KJ_SYSCALL(count = ::pread(fd, buffer, sizeof(buffer) - 1, 0));
  buffer[count] = '\0';
  return std::strtoull(buffer, nullptr, 10);
}

uint64_t readKernelCounter(int fd, kj::StringPtr key) {
  std::string text = readKernelFile(fd);
  const std::string wanted = std::string(key.cStr()) + " ";
  size_t lineStart = 0;
  while (lineStart < text.size()) {
    if (text.compare(lineStart, wanted.size(), wanted) == 0) {
      return std::strtoull(text.c_str() + lineStart + wanted.size(), nullptr, 10);
    }
    const size_t newline = text.find('\n', lineStart);
    if (newline == std::string::npos) break;
    lineStart = newline + 1;
  }
  return 0;
}

OwnedFd openAt(int dirFd, const char* path, int flags) {
  int fd;
  KJ_SYSCALL(fd = ::openat(dirFd, path, flags | O_CLOEXEC), path);
  return OwnedFd(fd);
}

std::string readFileAt(int dirFd, const char* path) {
  OwnedFd fd = openAt(dirFd, path, O_RDONLY);
  std::string content;
  char buffer[8192];
  for (;;) {
    ssize_t count;
    KJ_SYSCALL(count = ::read(fd.get(), buffer, sizeof(buffer)), path);
    if (count == 0) return content;
    content.append(buffer, static_cast<size_t>(count));
  }
}

void writeFileAt(int dirFd, const char* path, const std::string& value) {
  OwnedFd fd = openAt(dirFd, path, O_WRONLY);
  // Kernel files take the whole value in one write or refuse it.
  KJ_SYSCALL(::write(fd.get(), value.data(), value.size()), path, value.c_str());
}

}  // namespace brood::supervisor
