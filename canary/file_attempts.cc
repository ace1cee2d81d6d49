// To files of the host, and beyond the limits of one's own.

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
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

// A file lock belongs to an inode, so one that is met means that the inode is the supervisor's.
Finding sharedLock(const Host& host) {
  const int fd = ::open(host.text("locked").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return stoppedBy(errno);
  const bool isMet = ::flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return {isMet, ""};
}

Finding hostFacts(const Host&) {
  for (const char* path : {"/proc/cmdline", "/proc/sys/kernel/random/boot_id", "/proc/locks"}) {
    const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    char first;
    const ssize_t count = ::read(fd, &first, 1);
    ::close(fd);
    if (count > 0) return reached(path);
  }
  return {false, ""};
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

// A limit of 1 is none at all; one of 0 is no file, and a program or a socket that the pattern
// names is started or told all the same: core(5). A socket does not mind a limit of 1 either.
Finding coreDump(const Host&) {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_CORE, &limit) < 0) return stoppedBy(errno);
  char first = '|';
  const int fd = ::open("/proc/sys/kernel/core_pattern", O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    if (::read(fd, &first, 1) != 1) first = '|';
    ::close(fd);
  }
  const bool isFile = first != '|' && first != '@';
  const bool isStopped = (limit.rlim_max == 1 && first != '@') || (limit.rlim_max == 0 && isFile);
  return {!isStopped, std::to_string(limit.rlim_max)};
}

// As programs do that want no core dump: see above.
int tryCoreLimit() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_CORE, &limit) < 0) return errno;
  const rlimit none{0, 0};
  // A limit of 0 that was there before is core_dump's to judge: nobody has changed it.
  if (limit.rlim_max == 0) return EPERM;
  if (::setrlimit(RLIMIT_CORE, &none) < 0) return errno;
  if (::getrlimit(RLIMIT_CORE, &limit) < 0) return errno;
  return limit.rlim_max == 0 ? 0 : EPERM;
}

Finding coreLimit(const Host&) { return inChild(tryCoreLimit); }

// A lock of an open file description (F_OFD_SETLK) has no owner in /proc/locks, so nobody could be
// charged with it.
Finding lockOfNobody(const Host&) {
  const int fd = ::open("canary-lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return stoppedBy(errno);
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  const Finding finding = ofCall(::fcntl(fd, F_OFD_SETLK, &whole));
  ::close(fd);
  ::unlink("canary-lock");
  return finding;
}

// Any answer but success is the file system's own, on this machine's disks.
Finding writeOut(const Host&) {
  constexpr int kNoFile = -1;
  return ::fsync(kNoFile) == 0 ? Finding{false, "nothing done"} : reached(stoppedBy(errno).detail);
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
    {"shared_lock", sharedLock},
    {"host_facts", hostFacts},
    {"workspace_bytes", workspaceBytes},
    {"workspace_inodes", workspaceInodes},
    {"open_descriptor", openDescriptor},
    {"open_files", openFiles},
    {"file_size", fileSize},
    {"core_dump", coreDump},
    {"core_limit", coreLimit},
    {"lock_of_nobody", lockOfNobody},
    {"write_out", writeOut},
};

}  // namespace brood::canary
