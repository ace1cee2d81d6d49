#include "supervisor/base/instance.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "base/start_error.h"
#include "supervisor/base/posix.h"

namespace brood::supervisor {
namespace {

// FNV-1a (Fowler, Noll, Vo), 64 bits: short, and stable across versions of ours.
std::string hashOf(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (unsigned char character : text) hash = (hash ^ character) * 0x100000001b3u;
  char hex[17];
  std::snprintf(hex, sizeof(hex), "%016llx", static_cast<unsigned long long>(hash));
  return hex;
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw StartError("cannot use " + path + ": " + why +
                   "; fix: name another directory with supervisor.runtime_dir");
}

// Below /tmp anybody may have been there first.
OwnedFd makeOwnDirectory(const std::string& path, mode_t mode) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem) refuse(path, problem.message());
  OwnedFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) refuse(path, strerror(errno));
  struct stat info;
  KJ_SYSCALL(::fstat(directory.get(), &info), path);
  if (info.st_uid != ::geteuid()) refuse(path, "it belongs to another user");
  if (::fchmod(directory.get(), mode) < 0) refuse(path, strerror(errno));
  return directory;
}

// Others may pass through to the socket and see nothing else; an ordinary user serves himself.
mode_t modeFor(Tier tier, bool groupIsAtDoor) {
  if (groupIsAtDoor) return 0710;
  return tier == Tier::root ? 0711 : 0700;
}

}  // namespace

void openDirectoryToGroup(const SupervisorConfig& config, std::optional<gid_t> group) {
  const OwnedFd directory = makeOwnDirectory(config.runtimeDir, 0700);
  if (!group) return;
  if (::fchown(directory.get(), static_cast<uid_t>(-1), *group) < 0) {
    refuse(config.runtimeDir, "its group cannot be " + config.socketGroup + ", " + strerror(errno));
  }
}

Instance::Instance(const SupervisorConfig& config, Tier tier, bool byRoot)
    : tier_(tier), groupIsAtDoor_(byRoot && tier == Tier::user && !config.socketGroup.empty()) {
  namespace fs = std::filesystem;
  const fs::path dir(config.runtimeDir);
  makeOwnDirectory(dir, modeFor(tier_, groupIsAtDoor_));
  directory_ = fs::canonical(dir).string();
  name_ = hashOf(directory_);
  stagingDir_ = (dir / "root").string();
  socketPath_ = config.socketPath();
  adminSocketPath_ = config.adminSocketPath();

  const std::string lockPath = (dir / "lock").string();
  int fd;
  fd = ::open(lockPath.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) refuse(lockPath, strerror(errno));
  lock_ = OwnedFd(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) < 0) {
    KJ_REQUIRE(errno == EWOULDBLOCK, "flock failed", lockPath.c_str(), strerror(errno));
    throw StartError("another supervisor (pid " + readKernelFile(fd) +
                     ") is running on supervisor.runtime_dir " + config.runtimeDir);
  }
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(fd, 0) < 0 || ::pwrite(fd, pid.data(), pid.size(), 0) < 0) {
    refuse(lockPath, strerror(errno));
  }
  makeOwnDirectory(stagingDir_, 0755);
  // Left by a predecessor that crashed; the lock says that it is gone.
  ::unlink(socketPath_.c_str());
  ::unlink(adminSocketPath_.c_str());
}

Instance::~Instance() noexcept(false) {
  ::unlink(socketPath_.c_str());
  ::unlink(adminSocketPath_.c_str());
  ::rmdir(stagingDir_.c_str());
}

void Instance::openSocketToGroup(std::optional<gid_t> group) const {
  if (groupIsAtDoor_) {
    KJ_SYSCALL(::chmod(socketPath_.c_str(), 0666), socketPath_.c_str());
    return;
  }
  if (!group || tier_ != Tier::root) {
    KJ_SYSCALL(::chmod(socketPath_.c_str(), 0600), socketPath_.c_str());
    return;
  }
  // The group first: until then the mode would speak of another one.
  KJ_SYSCALL(::chown(socketPath_.c_str(), static_cast<uid_t>(-1), *group), socketPath_.c_str());
  KJ_SYSCALL(::chmod(socketPath_.c_str(), 0660), socketPath_.c_str());
}

}  // namespace brood::supervisor
