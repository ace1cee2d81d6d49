#include "supervisor/processes/process_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace brood::supervisor {
namespace {

// More than any limit allows is as good as all.
constexpr size_t kMostProcesses = 4096;

std::optional<pid_t> pidNamed(std::string_view name) {
  pid_t pid = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
  if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) return std::nullopt;
  return pid;
}

std::vector<pid_t> pidsIn(int parentFd, const char* path) {
  std::vector<pid_t> found;
  const int fd = ::openat(parentFd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return found;
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(fd), &::closedir);
  if (listing == nullptr) {
    ::close(fd);
    return found;
  }
  while (const dirent* entry = ::readdir(listing.get())) {
    if (found.size() >= kMostProcesses) break;
    if (const auto pid = pidNamed(entry->d_name)) found.push_back(*pid);
  }
  return found;
}

}  // namespace

ProcessWalk::ProcessWalk(OwnedFd procOfNamespace) : proc_(std::move(procOfNamespace)) {}

ProcessWalk::ProcessWalk(OwnedFd proc, pid_t keeper) : proc_(std::move(proc)), keeper_(keeper) {}

void ProcessWalk::restart() {
  next_ = 0;
  pids_.clear();
  if (keeper_ != 0) {
    pids_.push_back(keeper_);
  } else if (proc_) {
    pids_ = pidsIn(proc_.get(), ".");
  }
}

pid_t ProcessWalk::next() { return next_ < pids_.size() ? pids_[next_++] : 0; }

void ProcessWalk::follow(pid_t pid, uint64_t threads) {
  if (keeper_ == 0) return;
  if (threads <= 1) return addChildren(pid, pid);
  const std::string path = std::to_string(pid) + "/task";
  for (pid_t thread : pidsIn(proc_.get(), path.c_str())) addChildren(pid, thread);
}

void ProcessWalk::addChildren(pid_t pid, pid_t thread) {
  char path[64], text[4096];
  std::snprintf(path, sizeof(path), "%d/task/%d/children", pid, thread);
  const OwnedFd file(::openat(proc_.get(), path, O_RDONLY | O_CLOEXEC));
  if (!file) return;
  std::string rest;
  for (;;) {
    const ssize_t count = ::read(file.get(), text, sizeof(text));
    if (count <= 0) return;
    rest.append(text, static_cast<size_t>(count));
    // Each number has a blank behind it.
    for (size_t end; (end = rest.find(' ')) != std::string::npos; rest.erase(0, end + 1)) {
      if (pids_.size() >= kMostProcesses) return;
      if (const auto child = pidNamed(std::string_view(rest).substr(0, end))) {
        pids_.push_back(*child);
      }
    }
  }
}

}  // namespace brood::supervisor
