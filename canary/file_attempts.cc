// To files of the host, and beyond the limits of one's own.

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>

#include "canary/attempts.h"

namespace brood::canary {
namespace {

Finding opened(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd < 0) return stoppedBy(errno);
  ::close(fd);
  return reached(path);
}

Finding hostFile(const Host& host) { return opened(host.text("file"), O_RDONLY); }
Finding hostFileWrite(const Host& host) { return opened(host.text("file"), O_WRONLY); }

Finding hostDevice(const Host&) {
  static const std::set<std::string> kHarmless{"null", "zero", "full", "random", "urandom"};
  DIR* directory = ::opendir("/dev");
  if (directory == nullptr) return stoppedBy(errno);
  std::string found;
  while (const dirent* entry = ::readdir(directory)) {
    struct stat info;
    if (::fstatat(::dirfd(directory), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) < 0) continue;
    const bool isDevice = S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode);
    if (isDevice && !kHarmless.contains(entry->d_name)) found = entry->d_name;
  }
  ::closedir(directory);
  return {!found.empty(), found};
}

Finding writableRoot(const Host&) {
  struct statvfs info;
  for (const char* place : {"/", "/etc", "/usr"}) {
    if (::statvfs(place, &info) < 0) return stoppedBy(errno);
    if ((info.f_flag & ST_RDONLY) == 0) return reached(place);
  }
  return {false, ""};
}

Finding writeSystem(const Host&) {
  Finding finding{false, ""};
  for (const char* place : {"/", "/etc/", "/usr/", "/var/"}) {
    const std::string path = std::string(place) + "brood-canary";
    finding = opened(path, O_WRONLY | O_CREAT | O_EXCL);
    if (!finding.reached) continue;
    ::unlink(path.c_str());
    return finding;
  }
  return finding;
}

Finding writeProc(const Host&) { return opened("/proc/self/comm", O_WRONLY); }

Finding writeKernelSetting(const Host&) {
  for (const char* path : {"/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"}) {
    const Finding finding = opened(path, O_WRONLY);
    if (finding.reached || std::strcmp(path, "/proc/sysrq-trigger") == 0) return finding;
  }
  return {false, ""};
}

Finding followSymlink(const Host&) {
  ::unlink("canary-link");
  if (::symlink("/proc/self/status", "canary-link") < 0) return stoppedBy(errno);
  const Finding finding = opened("canary-link", O_RDONLY);
  ::unlink("canary-link");
  return finding;
}

// In files that are each within the limit of one.
Finding workspaceBytes(const Host& host) {
  const long long limit = host.number("workspace_bytes");
  static char block[64 * 1024];
  std::memset(block, 1, sizeof(block));
  long long written = 0;
  int errnoValue = 0;
  std::vector<std::string> names;
  while (written <= limit && errnoValue == 0) {
    names.push_back("canary-fill-" + std::to_string(names.size()));
    const int fd = ::open(names.back().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
      errnoValue = errno;
      break;
    }
    for (int i = 0; i < 4 && written <= limit; ++i) {
      const ssize_t count = ::write(fd, block, sizeof(block));
      if (count < 0) {
        errnoValue = errno;
        break;
      }
      written += count;
    }
    ::close(fd);
  }
  for (auto& name : names) ::unlink(name.c_str());
  return errnoValue != 0 ? stoppedBy(errnoValue) : reached(std::to_string(written) + " bytes");
}

Finding workspaceInodes(const Host& host) {
  const long long limit = host.number("workspace_inodes");
  int errnoValue = 0;
  long long made = 0;
  for (; made <= limit && errnoValue == 0; ++made) {
    const int fd = ::open(("canary-file-" + std::to_string(made)).c_str(),
                          O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) errnoValue = errno;
    if (fd >= 0) ::close(fd);
  }
  for (long long i = 0; i <= made; ++i) ::unlink(("canary-file-" + std::to_string(i)).c_str());
  return errnoValue != 0 ? stoppedBy(errnoValue) : reached(std::to_string(made) + " files");
}

Finding openDescriptor(const Host&) {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return stoppedBy(errno);
  const std::string own = std::to_string(::dirfd(directory));
  std::string found;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string name = entry->d_name;
    if (name[0] == '.' || name == "0" || name == "1" || name == "2" || name == own) continue;
    found += (found.empty() ? "" : ",") + name;
  }
  ::closedir(directory);
  return {!found.empty(), found};
}

Finding openFiles(const Host& host) {
  const long long limit = host.number("open_files");
  std::vector<int> fds;
  int errnoValue = 0;
  while (static_cast<long long>(fds.size()) <= limit && errnoValue == 0) {
    const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0) errnoValue = errno;
    if (fd >= 0) fds.push_back(fd);
  }
  for (int fd : fds) ::close(fd);
  return errnoValue != 0 ? stoppedBy(errnoValue) : reached(std::to_string(fds.size()) + " files");
}

// Sparse: it is the size that is limited.
Finding fileSize(const Host& host) {
  ::signal(SIGXFSZ, SIG_IGN);
  const int fd = ::open("canary-large", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return stoppedBy(errno);
  const Finding finding = ofCall(::pwrite(fd, "x", 1, host.number("file_bytes")));
  ::close(fd);
  ::unlink("canary-large");
  return finding;
}

Finding coreDump(const Host&) {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_CORE, &limit) < 0) return stoppedBy(errno);
  return {limit.rlim_max != 0, std::to_string(limit.rlim_max)};
}

}  // namespace

const std::vector<Attempt> kFileAttempts = {
    {"host_file", hostFile},
    {"host_file_write", hostFileWrite},
    {"host_device", hostDevice},
    {"writable_root", writableRoot},
    {"write_system", writeSystem},
    {"write_proc", writeProc},
    {"write_kernel_setting", writeKernelSetting},
    {"symlink", followSymlink},
    {"workspace_bytes", workspaceBytes},
    {"workspace_inodes", workspaceInodes},
    {"open_descriptor", openDescriptor},
    {"open_files", openFiles},
    {"file_size", fileSize},
    {"core_dump", coreDump},
};

}  // namespace brood::canary
