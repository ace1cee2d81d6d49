#include "supervisor/isolation/canary_witness.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstring>

namespace brood::supervisor {
namespace {

std::string newSocketName() {
  uint64_t random;
  KJ_SYSCALL(::getrandom(&random, sizeof(random), 0));
  char name[40];
  std::snprintf(name, sizeof(name), "brood-canary-%016llx",
                static_cast<unsigned long long>(random));
  return name;
}

OwnedFd listenAbstract(const std::string& name) {
  int fd;
  KJ_SYSCALL(fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  OwnedFd socket(fd);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  KJ_SYSCALL(::bind(fd, reinterpret_cast<sockaddr*>(&address), length));
  KJ_SYSCALL(::listen(fd, 1));
  return socket;
}

}  // namespace

CanaryWitness::CanaryWitness(const std::string& directory, const std::vector<std::string>& shown)
    : path_(directory + "/canary-witness"), socketName_(newSocketName()) {
  int fd;
  KJ_SYSCALL(fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666),
             path_.c_str());
  file_ = OwnedFd(fd);
  // Past the umask.
  KJ_SYSCALL(::fchmod(fd, 0666), path_.c_str());
  socket_ = listenAbstract(socketName_);
  for (const auto& path : shown) {
    // A sandbox cannot follow a link out of its root.
    lock_ = OwnedFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!lock_ || ::flock(lock_.get(), LOCK_SH | LOCK_NB) < 0) continue;
    lockedPath_ = path;
    break;
  }
}

CanaryWitness::~CanaryWitness() noexcept { ::unlink(path_.c_str()); }

std::vector<std::string> CanaryWitness::arguments() const {
  std::vector<std::string> arguments = {"file=" + path_, "abstract_socket=" + socketName_,
                                        "pid=" + std::to_string(::getpid()),
                                        "locked=" + lockedPath_};
  for (const char* kind : {"user", "mnt", "pid", "net", "ipc", "uts"}) {
    const std::string link = std::string("/proc/self/ns/") + kind;
    char target[64] = {};
    KJ_SYSCALL(::readlink(link.c_str(), target, sizeof(target) - 1), link.c_str());
    arguments.push_back(std::string("ns_") + kind + "=" + target);
  }
  return arguments;
}

}  // namespace brood::supervisor
