#include "supervisor/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "supervisor/clock.h"

namespace brood {
namespace {

// Samples of several jobs come together.
constexpr uint64_t kFreshMicros = 2'000;
// A guard against a /proc that changes under a walk upwards.
constexpr int kMostGenerations = 4096;

// 0 if it has ended.
pid_t parentOf(int procFd, pid_t pid) {
  char path[32], text[512] = {};
  std::snprintf(path, sizeof(path), "%d/stat", pid);
  OwnedFd file(::openat(procFd, path, O_RDONLY | O_CLOEXEC));
  if (!file || ::read(file.get(), text, sizeof(text) - 1) <= 0) return 0;
  // The name before it may hold anything.
  const char* afterName = std::strrchr(text, ')');
  int parent = 0;
  if (afterName == nullptr || std::sscanf(afterName, ") %*c %d", &parent) != 1) return 0;
  return parent;
}

OwnedFd openProc() { return OwnedFd(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }

}  // namespace

bool descendsFrom(pid_t pid, pid_t ancestor) {
  const OwnedFd proc = openProc();
  for (int i = 0; i < kMostGenerations && pid > 1; ++i) {
    if (pid == ancestor) return true;
    pid = parentOf(proc.get(), pid);
  }
  return false;
}

ProcessTable::ProcessTable() : proc_(openProc()) {}

void ProcessTable::look() {
  children_.clear();
  const int fd = ::openat(proc_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(fd), &::closedir);
  if (listing == nullptr) return;
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::string_view name(entry->d_name);
    pid_t pid = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) continue;
    children_[parentOf(proc_.get(), pid)].push_back(pid);
  }
  lookedAt_ = monotonicNow();
}

std::vector<pid_t> ProcessTable::treeOf(pid_t root) {
  if (microsBetween(lookedAt_, monotonicNow()) > kFreshMicros) look();
  std::vector<pid_t> found{root};
  for (size_t i = 0; i < found.size(); ++i) {
    const auto children = children_.find(found[i]);
    if (children == children_.end()) continue;
    found.insert(found.end(), children->second.begin(), children->second.end());
  }
  return found;
}

}  // namespace brood
