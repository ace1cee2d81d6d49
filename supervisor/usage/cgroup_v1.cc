// cgroup version 1: one hierarchy per controller (cgroups(7), kernel admin-guide/cgroup-v1).
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "supervisor/cgroup.h"
#include "supervisor/cgroup_tree.h"
#include "supervisor/posix.h"

namespace brood {
namespace {

constexpr uint64_t kCpuPeriodMicros = 20'000;  // Short, so that a throttled job answers soon.
// What the kernel charges ahead, 256 KiB for each CPU, is no memory of anybody's. More than this may be
// files that the last sandbox read, which the next one would have to pay for.
constexpr uint64_t kMostLeftBytes = 1 << 20;

// The hierarchies in use; several controllers may share one mount ("cpu,cpuacct").
enum Controller : size_t { kMemory, kPids, kCpu, kCpuacct, kControllerCount };
constexpr std::array<const char*, kControllerCount> kControllerNames = {"memory", "pids", "cpu",
                                                                        "cpuacct"};

uint64_t cpuQuotaMicros(const CgroupLimits& limits) {
  return limits.cpuMillicores * kCpuPeriodMicros / 1000;
}

class CgroupV1 final : public Cgroup {
 public:
  CgroupV1(const std::vector<CgroupBase>& bases,
           const std::array<size_t, kControllerCount>& baseOf, const std::string& name,
           LayerSet enforced, const CgroupLimits& limits)
      : enforced_(enforced) {
    for (auto& base : bases) dirs_.emplace_back(base.dirFd(), name);
    openJoinFds();
    auto dirOf = [&](Controller controller) { return dirs_[baseOf[controller]].fd(); };
    memoryDirFd_ = dirOf(kMemory);
    pidsDirFd_ = dirOf(kPids);
    cpuDirFd_ = dirOf(kCpu);
    hasSwapLimit_ = ::faccessat(memoryDirFd_, "memory.memsw.limit_in_bytes", W_OK, 0) == 0;
    cpuUsage_ = openAt(dirOf(kCpuacct), "cpuacct.usage", O_RDONLY);
    memoryPeak_ = openAt(memoryDirFd_, "memory.max_usage_in_bytes", O_RDONLY);
    // Kernels before 6.7 have no pids.peak in version 1.
    if (::faccessat(pidsDirFd_, "pids.peak", R_OK, 0) == 0) {
      pidsPeak_ = openAt(pidsDirFd_, "pids.peak", O_RDONLY);
    }
    if (enforced_.has(Layer::cgroupMemory)) outOfMemory_ = announceOutOfMemory();
    setLimits(limits);
  }

  std::vector<int> joinFds() const override {
    std::vector<int> fds;
    for (auto& fd : joinFds_) fds.push_back(fd.get());
    return fds;
  }
  void closeJoinFds() override { joinFds_.clear(); }

  bool renew(const CgroupLimits& limits) override {
    const CgroupUsage used = usageWhenDone();
    // What counts kills, refusals and processes cannot be set back (kernel admin-guide/cgroup-v1,
    // pids.rst). One process, the worker, is what the next sandbox begins with.
    if (used.oomKills != 0 || used.processDenials != 0 || used.peakProcesses > 1) return false;
    // It may have run ahead of its share of the CPU, which the next one would wait for.
    if (limits_.cpuMillicores != 0 && used.cpuMicros >= cpuQuotaMicros(limits_)) return false;
    // Announced, even if we were quicker than the kernel to kill.
    if (outOfMemory_ && isReadable(outOfMemory_.get())) return false;
    if (numberIn(pidsDirFd_, "pids.current") != 0) return false;
    if (numberIn(memoryDirFd_, "memory.usage_in_bytes") > kMostLeftBytes) return false;
    writeFileAt(memoryDirFd_, "memory.max_usage_in_bytes", "0");
    cpuNanosBefore_ = readKernelNumber(cpuUsage_.get());
    setLimits(limits);
    openJoinFds();
    return true;
  }

  void setLimits(const CgroupLimits& asked) override {
    const CgroupLimits limits = onlyEnforced(asked, enforced_);
    if (limits.memoryBytes != limits_.memoryBytes) setMemory(limits.memoryBytes);
    if (limits.processes != limits_.processes) {
      writeFileAt(pidsDirFd_, "pids.max", std::to_string(limits.processes));
    }
    if (limits.cpuMillicores != limits_.cpuMillicores) {
      writeFileAt(cpuDirFd_, "cpu.cfs_period_us", std::to_string(kCpuPeriodMicros));
      writeFileAt(cpuDirFd_, "cpu.cfs_quota_us",
                  std::to_string(cpuQuotaMicros(limits)));
    }
    limits_ = limits;
  }

  CgroupUsage usage() const override {
    CgroupUsage usage;
    usage.cpuMicros = cpuMicros();
    usage.peakMemoryBytes = readKernelNumber(memoryPeak_.get());
    usage.oomKills = countOomKills();
    usage.processDenials = countDenials();
    if (pidsPeak_) usage.peakProcesses = readKernelNumber(pidsPeak_.get());
    return usage;
  }

  CgroupUsage usageWhenDone() const override {
    CgroupUsage usage;
    usage.cpuMicros = cpuMicros();
    usage.peakMemoryBytes = readKernelNumber(memoryPeak_.get());
    if (!outOfMemory_ || isReadable(outOfMemory_.get())) {
      usage.oomKills = countOomKills();
    }
    if (pidsPeak_) usage.peakProcesses = readKernelNumber(pidsPeak_.get());
    // A fork is refused where the limit has been reached, and nowhere else.
    if (!pidsPeak_ || usage.peakProcesses >= limits_.processes) {
      usage.processDenials = countDenials();
    }
    return usage;
  }

  uint64_t cpuMicros() const override {
    return (readKernelNumber(cpuUsage_.get()) - cpuNanosBefore_) / 1000;
  }
  int outOfMemoryFd() const override { return outOfMemory_.get(); }

 private:
  // Opened for the moment: what is open for each of a thousand parked workers adds up, and only what
  // every job's end needs is open all the time.
  static uint64_t numberIn(int dirFd, const char* file) {
    return readKernelNumber(openAt(dirFd, file, O_RDONLY).get());
  }
  uint64_t countOomKills() const {
    return readKernelCounter(openAt(memoryDirFd_, "memory.oom_control", O_RDONLY).get(),
                             "oom_kill");
  }
  uint64_t countDenials() const {
    return readKernelCounter(openAt(pidsDirFd_, "pids.events", O_RDONLY).get(), "max");
  }

  void openJoinFds() {
    for (auto& dir : dirs_) joinFds_.push_back(openAt(dir.fd(), "cgroup.procs", O_WRONLY));
  }

  // Version 1 kills one process at a time and has no way to ask for the whole group.
  OwnedFd announceOutOfMemory() const {
    int fd;
    KJ_SYSCALL(fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    OwnedFd announced(fd);
    // Only to name the file: the kernel keeps none of it.
    const OwnedFd oomControl = openAt(memoryDirFd_, "memory.oom_control", O_RDONLY);
    writeFileAt(memoryDirFd_, "cgroup.event_control",
                std::to_string(fd) + " " + std::to_string(oomControl.get()));
    return announced;
  }

  // memory+swap must never be below memory, so the order depends on the direction.
  void setMemory(uint64_t bytes) {
    const std::string value = std::to_string(bytes);
    const bool raising = bytes > limits_.memoryBytes && limits_.memoryBytes != 0;
    if (raising && hasSwapLimit_) writeFileAt(memoryDirFd_, "memory.memsw.limit_in_bytes", value);
    writeFileAt(memoryDirFd_, "memory.limit_in_bytes", value);
    if (!raising && hasSwapLimit_) writeFileAt(memoryDirFd_, "memory.memsw.limit_in_bytes", value);
  }

  LayerSet enforced_;
  std::vector<CgroupDir> dirs_;
  std::vector<OwnedFd> joinFds_;
  int memoryDirFd_ = -1, pidsDirFd_ = -1, cpuDirFd_ = -1;  // Borrowed from dirs_.
  OwnedFd cpuUsage_, memoryPeak_, pidsPeak_, outOfMemory_;
  uint64_t cpuNanosBefore_ = 0;  // Of earlier sandboxes.
  bool hasSwapLimit_ = false;
  CgroupLimits limits_;
};

class CgroupV1Driver final : public CgroupDriver {
 public:
  explicit CgroupV1Driver(const CgroupOptions& options)
      : enforced_(wantedCgroupLayers(options.layers)) {
    std::vector<std::string> mountPaths;
    const auto mounts = findCgroupMounts();
    for (size_t controller = 0; controller < kControllerCount; ++controller) {
      auto mount = std::find_if(mounts.begin(), mounts.end(), [&](const CgroupMount& candidate) {
        return std::count(candidate.controllers.begin(), candidate.controllers.end(),
                          kControllerNames[controller]) > 0;
      });
      if (mount == mounts.end()) {
        const char* name = kControllerNames[controller];
        KJ_FAIL_REQUIRE("no cgroup v1 hierarchy is mounted for a controller", name);
      }
      auto known = std::find(mountPaths.begin(), mountPaths.end(), mount->path);
      baseOf_[controller] = static_cast<size_t>(known - mountPaths.begin());
      if (known == mountPaths.end()) {
        mountPaths.push_back(mount->path);
        bases_.emplace_back(mount->path, options.parent, options.instance);
      }
    }
  }

  kj::Own<Cgroup> create(const std::string& name, const CgroupLimits& limits) override {
    return kj::heap<CgroupV1>(bases_, baseOf_, name, enforced_, limits);
  }
  std::string description() const override { return "v1"; }
  LayerSet layers() const override { return enforced_; }
  size_t sweep() override {
    size_t most = 0;
    for (auto& base : bases_) most = std::max(most, base.sweep());
    return most;
  }

 private:
  LayerSet enforced_;
  std::vector<CgroupBase> bases_;
  std::array<size_t, kControllerCount> baseOf_{};
};

}  // namespace

kj::Own<CgroupDriver> newCgroupV1Driver(const CgroupOptions& options) {
  return kj::heap<CgroupV1Driver>(options);
}

}  // namespace brood
