#include "supervisor/usage/lock_watch.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "base/plain_text.h"

#include "base/owned_fd.h"

namespace brood::supervisor {
namespace {

constexpr auto kPause = 1 * kj::SECONDS;
// In which a job can take 4 MiB of locks each.
constexpr uint64_t kWorthLookingMicros = 200'000;
// The lines of the list that are read, with those of all other jobs and the host.
constexpr uint64_t kMostLines = 16'384;
// More than any program needs, a database server among them.
constexpr uint64_t kMostLocks = 8'192;
// Where the list goes on beyond what is read.
constexpr uint64_t kMostLocksOfMany = 2'048;
// Those with the most; to tell whose a process is takes the loop some system calls for each job.
constexpr size_t kMostProcesses = 32;

// A page each time, which is what the kernel gives. True when that was all, or enough.
bool readPiece(int fd, LockCount& count) {
  char piece[4096];
  const ssize_t got = ::read(fd, piece, sizeof(piece));
  if (got <= 0) return true;
  count.add({piece, static_cast<size_t>(got)});
  return count.lines() >= kMostLines;
}

}  // namespace

void LockCount::add(std::string_view piece) {
  for (size_t end; (end = piece.find('\n')) != std::string_view::npos;) {
    rest_.append(piece.substr(0, end));
    addLine(rest_);
    rest_.clear();
    piece.remove_prefix(end + 1);
  }
  rest_.append(piece);
}

// "1: POSIX  ADVISORY  WRITE 1234 fe:00:77 0 EOF"; of one that waits there is an arrow in front.
void LockCount::addLine(const std::string& line) {
  ++lines_;
  int pid = 0;
  if (std::sscanf(line.c_str(), "%*u: -> %*s %*s %*s %d", &pid) == 1 ||
      std::sscanf(line.c_str(), "%*u: %*s %*s %*s %d", &pid) == 1) {
    if (pid > 0) ++byProcess_[pid];
  }
}

void LockWatch::wake() {
  isAwake_ = true;
  watching_ = watch().eagerlyEvaluate([this](kj::Exception&& exception) {
    spdlog::error("the watch of locks: {}", plainText(exception));
    isAwake_ = false;
  });
}

kj::Promise<void> LockWatch::watch() {
  return timer_.afterDelay(kPause).then([this]() -> kj::Promise<void> {
    const auto jobs = jobs_();
    if (jobs.empty()) {
      isAwake_ = false;
      return kj::READY_NOW;
    }
    const bool isWorthIt = std::any_of(jobs.begin(), jobs.end(), [](const Job& job) {
      return job.cpuMicros >= kWorthLookingMicros;
    });
    if (!isWorthIt) return watch();
    return look().then([this]() { return watch(); });
  });
}

kj::Promise<void> LockWatch::look() {
  auto count = std::make_shared<LockCount>();
  auto file = std::make_shared<OwnedFd>(::open("/proc/locks", O_RDONLY | O_CLOEXEC));
  // Masked in some containers: then there is nothing that could be done.
  if (!*file) return kj::READY_NOW;
  return thread_
      .run([count, file]() { return readPiece(file->get(), *count); }, LookThread::Urgency::routine)
      .then([this, count](uint64_t) { judge(*count); });
}

void LockWatch::judge(const LockCount& count) {
  const bool isAll = count.lines() < kMostLines;
  const uint64_t most = isAll ? kMostLocks : kMostLocksOfMany;
  std::vector<std::pair<uint64_t, pid_t>> largest;
  for (const auto& [pid, locks] : count.byProcess()) largest.emplace_back(locks, pid);
  std::sort(largest.rbegin(), largest.rend());
  if (largest.size() > kMostProcesses) largest.resize(kMostProcesses);
  if (largest.empty() || largest.size() * largest.front().first <= most) return;
  for (const auto& job : jobs_()) {
    if (job.cpuMicros < kWorthLookingMicros) continue;
    uint64_t locks = 0;
    for (const auto& [held, pid] : largest) {
      if (job.contains(pid)) locks += held;
    }
    if (locks <= most) continue;
    spdlog::warn("a job that holds {} locks on files is ended", locks);
    ++jobsEnded_;
    job.end();
  }
}

}  // namespace brood::supervisor
