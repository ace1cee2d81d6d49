#include "supervisor/instance.h"

#include <fcntl.h>
#include <grp.h>
#include <kj/debug.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "supervisor/posix.h"

namespace brood {
namespace {

// FNV-1a (Fowler, Noll, Vo), 64 bits: short, and stable across versions of ours.
std::string hashOf(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (unsigned char character : text) hash = (hash ^ character) * 0x100000001b3u;
  char hex[17];
  std::snprintf(hex, sizeof(hex), "%016llx", static_cast<unsigned long long>(hash));
  return hex;
}

// Below /tmp anybody may have been there first.
void makeOwnDirectory(const std::string& path, mode_t mode) {
  std::filesystem::create_directories(path);
  OwnedFd directory = openAt(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  struct stat info;
  KJ_SYSCALL(::fstat(directory.get(), &info), path);
  if (info.st_uid != ::geteuid()) {
    throw std::runtime_error("supervisor.runtime_dir " + path + " belongs to another user");
  }
  KJ_SYSCALL(::fchmod(directory.get(), mode), path);
}

}  // namespace

Instance::Instance(const SupervisorConfig& config, Tier tier) : tier_(tier) {
  namespace fs = std::filesystem;
  const fs::path dir(config.runtimeDir);
  // Others may pass through to the socket and see nothing else; an ordinary user serves himself.
  makeOwnDirectory(dir, tier_ == Tier::root ? 0711 : 0700);
  directory_ = fs::canonical(dir).string();
  name_ = hashOf(directory_);
  stagingDir_ = (dir / "root").string();
  socketPath_ = config.socketPath();
  adminSocketPath_ = config.adminSocketPath();

  const std::string lockPath = (dir / "lock").string();
  int fd;
  KJ_SYSCALL(fd = ::open(lockPath.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600), lockPath.c_str());
  lock_ = OwnedFd(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) < 0) {
    KJ_REQUIRE(errno == EWOULDBLOCK, "flock failed", lockPath.c_str(), strerror(errno));
    throw std::runtime_error("another supervisor (pid " + readKernelFile(fd) +
                             ") is running on supervisor.runtime_dir " + config.runtimeDir);
  }
  const std::string pid = std::to_string(::getpid());
  KJ_SYSCALL(::ftruncate(fd, 0), lockPath.c_str());
  KJ_SYSCALL(::pwrite(fd, pid.data(), pid.size(), 0), lockPath.c_str());
  fs::create_directories(stagingDir_);
  // Left by a predecessor that crashed; the lock says that it is gone.
  ::unlink(socketPath_.c_str());
  ::unlink(adminSocketPath_.c_str());
}

Instance::~Instance() noexcept(false) {
  ::unlink(socketPath_.c_str());
  ::unlink(adminSocketPath_.c_str());
  ::rmdir(stagingDir_.c_str());
}

void Instance::openSocketToGroup(const std::string& group) const {
  if (group.empty() || tier_ != Tier::root) {
    KJ_SYSCALL(::chmod(socketPath_.c_str(), 0600), socketPath_.c_str());
    return;
  }
  const struct group* entry = ::getgrnam(group.c_str());
  KJ_REQUIRE(entry != nullptr, "supervisor.socket_group does not exist", group.c_str());
  // The group first: until then the mode would speak of another one.
  KJ_SYSCALL(::chown(socketPath_.c_str(), static_cast<uid_t>(-1), entry->gr_gid),
             socketPath_.c_str());
  KJ_SYSCALL(::chmod(socketPath_.c_str(), 0660), socketPath_.c_str());
}

}  // namespace brood
