#include "supervisor/processes/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/owned_fd.h"

namespace brood::supervisor {
namespace {

// A guard against a /proc that changes under a walk upwards.
constexpr int kMostGenerations = 4096;

struct Process {
  pid_t parent = 0;  // 0 if it has ended.
  uint64_t threads = 0;
};

Process lookAt(int procFd, pid_t pid) {
  char path[32], text[512] = {};
  std::snprintf(path, sizeof(path), "%d/stat", pid);
  OwnedFd file(::openat(procFd, path, O_RDONLY | O_CLOEXEC));
  if (!file || ::read(file.get(), text, sizeof(text) - 1) <= 0) return {};
  // The name before it may hold anything.
  const char* afterName = std::strrchr(text, ')');
  Process process;
  unsigned long long threads = 0;
  // proc(5): fields 4 and 20.
  constexpr const char* kFields =
      ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %llu";
  if (afterName == nullptr || std::sscanf(afterName, kFields, &process.parent, &threads) != 2)
    return {};
  process.threads = threads;
  return process;
}

// A process's own directory shows its user, whatever else is hidden of it.
bool isOurUsers(int procFd, const char* name) {
  struct stat info;
  return ::fstatat(procFd, name, &info, 0) == 0 && info.st_uid == ::geteuid();
}

OwnedFd openProc() { return OwnedFd(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }

}  // namespace

bool descendsFrom(pid_t pid, pid_t ancestor) {
  const OwnedFd proc = openProc();
  for (int i = 0; i < kMostGenerations && pid > 1; ++i) {
    if (pid == ancestor) return true;
    pid = lookAt(proc.get(), pid).parent;
  }
  return false;
}

uint64_t countTasksOfUser() {
  const OwnedFd proc = openProc();
  const int fd = ::openat(proc.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return 0;
  std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(fd), &::closedir);
  if (listing == nullptr) {
    ::close(fd);
    return 0;
  }
  uint64_t tasks = 0;
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::string_view name(entry->d_name);
    pid_t pid = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) continue;
    if (isOurUsers(proc.get(), entry->d_name)) tasks += lookAt(proc.get(), pid).threads;
  }
  return tasks;
}

}  // namespace brood::supervisor
