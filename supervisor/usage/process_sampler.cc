#include "supervisor/usage/process_sampler.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "supervisor/base/clock.h"
#include "supervisor/usage/socket_memory.h"

namespace brood::supervisor {
namespace {

constexpr pid_t kInit = 1;
// Then the next step begins.
constexpr uint64_t kStepMicros = 1'000;
constexpr size_t kNamesAtOnce = 512;
constexpr size_t kNamesAtTheEnd = 20'000;

OwnedFd openPath(const std::string& path, int flags) {
  return OwnedFd(::open(path.c_str(), flags | O_CLOEXEC));
}

// Without namespaces it is the host's, and sums up everybody.
OwnedFd openOwnProc(pid_t init) {
  const std::string path = "/proc/" + std::to_string(init) + "/root/proc";
  OwnedFd proc = openPath(path, O_RDONLY | O_DIRECTORY);
  struct stat own, theirs;
  if (!proc || ::stat("/proc", &own) < 0 || ::fstat(proc.get(), &theirs) < 0 ||
      own.st_dev == theirs.st_dev) {
    return {};
  }
  return proc;
}

bool hasOwnNetwork(pid_t init) {
  struct stat own, theirs;
  const std::string path = "/proc/" + std::to_string(init) + "/ns/net";
  return ::stat("/proc/self/ns/net", &own) == 0 && ::stat(path.c_str(), &theirs) == 0 &&
         own.st_ino != theirs.st_ino;
}

uint64_t without(uint64_t all, uint64_t part) { return all - std::min(all, part); }

}  // namespace

ProcessSampler::ProcessSampler(pid_t keeper, OwnedFd workspace, OwnedFd temporary)
    : walk_(openPath("/proc", O_RDONLY | O_DIRECTORY), keeper),
      records_(walk_.procFd(), keeper, true) {
  KJ_REQUIRE(
      ::faccessat(walk_.procFd(), "thread-self/children", R_OK, 0) == 0,
      "without /proc/PID/task/TID/children (CONFIG_PROC_CHILDREN) a job's processes cannot be "
      "found");
  std::vector<OwnedFd> roots;
  roots.push_back(kj::mv(workspace));
  roots.push_back(kj::mv(temporary));
  directories_.emplace(kj::mv(roots));
}

ProcessSampler::ProcessSampler(pid_t init)
    : walk_(openOwnProc(init)), records_(walk_.procFd(), kInit, false) {
  if (walk_.procFd() < 0) return;
  hasOwnNetwork_ = hasOwnNetwork(init);
  for (const char* name : {"workspace", "tmp", "dev/shm"}) {
    OwnedFd directory =
        openPath("/proc/" + std::to_string(init) + "/root/" + name, O_PATH | O_DIRECTORY);
    if (directory) fileSystems_.push_back(kj::mv(directory));
  }
}

uint64_t ProcessSampler::noteInherited() {
  startLook(false);
  while (lookAtProcesses() == Phase::processes) {
  }
  // As if no time had passed: what it did until now stands for nothing that a job does.
  lookedAt_ = monotonicNow();
  noteTimes();
  while (records_.readNextShares()) {
  }
  const auto sums = records_.sums();
  inheritedBytes_ = sums.anonymousBytes;
  inheritedShareBytes_ = sums.divided.anonymousBytes;
  inheritedKernelBytes_ = sums.kernelBytes;
  inheritedSharedBytes_ = records_.sharedAnonymousBytes();
  phase_ = Phase::done;
  return cpu_.totalMicros();
}

void ProcessSampler::begin(uint64_t memoryLimitBytes, uint64_t processLimit) {
  memoryLimitBytes_ = memoryLimitBytes;
  processLimit_ = processLimit;
  usage_ = {};
  lookedAt_ = monotonicNow();
}

uint64_t ProcessSampler::startLook(bool isLast) {
  isLast_ = isLast;
  namesLeft_ = isLast ? kNamesAtTheEnd : kNamesAtOnce;
  // A walk that is under way may have passed the newest entries.
  if (isLast && directories_) directories_->restart();
  walk_.restart();
  records_.beginLook();
  phase_ = Phase::processes;
  return ++look_;
}

bool ProcessSampler::step() {
  switch (phase_) {
    case Phase::processes:
      phase_ = lookAtProcesses();
      if (phase_ == Phase::directories) noteTimes();
      break;
    case Phase::directories:
      phase_ = lookAtDirectories();
      break;
    case Phase::shares:
      if (records_.readNextShares()) break;
      sumUp(true);
      phase_ = Phase::done;
      break;
    case Phase::done:
      break;
  }
  return phase_ == Phase::done;
}

ProcessSampler::Phase ProcessSampler::lookAtProcesses() {
  const auto begunAt = monotonicNow();
  while (microsBetween(begunAt, monotonicNow()) < kStepMicros) {
    // With each look at more of them a fork bomb would win time to grow.
    const size_t processes = without(walk_.found(), 1);
    if (processLimit_ != 0 && processes > processLimit_) {
      usage_.peakProcesses = std::max<uint64_t>(usage_.peakProcesses, processes);
      return Phase::done;
    }
    const pid_t pid = walk_.next();
    if (pid == 0) return Phase::directories;
    if (const auto* record = records_.visit(pid)) walk_.follow(pid, record->stat.threads);
  }
  return Phase::processes;
}

void ProcessSampler::noteTimes() {
  records_.endLook();
  const auto now = monotonicNow();
  std::vector<ProcessTimes> all;
  for (const auto& [key, record] : records_.all()) {
    // If it has several threads, the first may sleep while the others run.
    const bool isRunning = record.stat.state == 'R' || record.stat.threads > 1;
    all.push_back({key.first, key.second, ownMicros(record), childrenMicros(record),
                   record.times.delayMicros, isRunning});
  }
  cpu_.look(all, microsBetween(lookedAt_, now));
  lookedAt_ = now;
}

ProcessSampler::Phase ProcessSampler::lookAtDirectories() {
  if (!directories_) return afterDirectories();
  const bool isComplete = directories_->step(kNamesAtOnce);
  namesLeft_ = without(namesLeft_, kNamesAtOnce);
  if (!isComplete && namesLeft_ > 0) return Phase::directories;
  usage_.workspaceBytes =
      std::max(usage_.workspaceBytes, directories_->bytes() + records_.unnamedBytes());
  usage_.workspaceInodes = directories_->inodes();
  usage_.hidden |= records_.hidden() || directories_->hidden();
  return afterDirectories();
}

ProcessSampler::Phase ProcessSampler::afterDirectories() {
  usage_.cpuMicros = std::max(usage_.cpuMicros, cpu_.totalMicros());
  // A sum that looks too large may count the same pages in several processes.
  const bool isMuch =
      memoryLimitBytes_ != 0 && memoryBytes(false) + socketBytes() > memoryLimitBytes_;
  if (isMuch) return Phase::shares;
  sumUp(false);
  return Phase::done;
}

void ProcessSampler::sumUp(bool divided) {
  const uint64_t bytes = memoryBytes(divided);
  usage_.heldBytes = bytes + socketBytes();
  // The bytes that sockets may hold are no measurement, unless they make the difference.
  const bool isOver = memoryLimitBytes_ != 0 && usage_.heldBytes > memoryLimitBytes_;
  usage_.peakMemoryBytes = std::max(usage_.peakMemoryBytes, isOver ? usage_.heldBytes : bytes);
  usage_.peakProcesses = std::max(usage_.peakProcesses, records_.sums().processes);
}

uint64_t ProcessSampler::memoryBytes(bool divided) const {
  const auto sums = records_.sums();
  const uint64_t ofObjects = without(records_.sharedAnonymousBytes(), inheritedSharedBytes_);
  const uint64_t kernel = without(sums.kernelBytes, inheritedKernelBytes_);
  // A mapped file of a tmpfs is in both of these.
  const uint64_t shared =
      std::max(divided ? sums.divided.sharedBytes : sums.sharedBytes, tmpfsBytes() + ofObjects);
  if (!divided) return without(sums.anonymousBytes, inheritedBytes_) + kernel + shared;
  // Each process of the job's takes part in what came from the zygote.
  const uint64_t inherited =
      std::min(inheritedBytes_, inheritedShareBytes_ * std::max<uint64_t>(sums.processes, 1));
  return without(sums.divided.anonymousBytes, inherited) + kernel + shared;
}

uint64_t ProcessSampler::socketBytes() const {
  const uint64_t sockets = hasOwnNetwork_
                               ? countSockets(readOfProcess(walk_.procFd(), kInit, "net/sockstat"))
                               : records_.sockets();
  return sockets * kMostBytesOfSocket;
}

uint64_t ProcessSampler::tmpfsBytes() const {
  uint64_t bytes = 0;
  for (auto& directory : fileSystems_) {
    struct statfs info;
    if (::fstatfs(directory.get(), &info) < 0) continue;
    bytes +=
        static_cast<uint64_t>(info.f_blocks - info.f_bfree) * static_cast<uint64_t>(info.f_bsize);
  }
  return bytes;
}

}  // namespace brood::supervisor
