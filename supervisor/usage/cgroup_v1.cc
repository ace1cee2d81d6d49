// cgroup version 1: one hierarchy per controller (cgroups(7), kernel admin-guide/cgroup-v1).
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "supervisor/base/posix.h"
#include "supervisor/usage/cgroup.h"
#include "supervisor/usage/cgroup_tree.h"
#include "supervisor/usage/socket_memory.h"

namespace brood::supervisor {
namespace {

constexpr uint64_t kCpuPeriodMicros = 20'000;  // Short, so that a throttled job answers soon.
// The kernel charges 256 KiB ahead for each CPU, which is nobody's memory. More than this may be
// files that the last sandbox read, which the next one would have to pay for.
constexpr uint64_t kMostLeftBytes = 1 << 20;

// The kernel counts the bytes that wait in TCP and UDP sockets beside the memory, and only where
// there is a limit (kernel admin-guide/cgroup-v1, memory.rst, 2.7.1).
constexpr const char* kTcpLimit = "memory.kmem.tcp.limit_in_bytes";
constexpr const char* kTcpUsage = "memory.kmem.tcp.usage_in_bytes";

// The hierarchies in use; several controllers may share one mount ("cpu,cpuacct").
enum Controller : size_t { kMemory, kPids, kCpu, kCpuacct, kControllerCount };
constexpr std::array<const char*, kControllerCount> kControllerNames = {"memory", "pids", "cpu",
                                                                        "cpuacct"};

uint64_t cpuQuotaMicros(const UsageLimits& limits) {
  return limits.cpuMillicores * kCpuPeriodMicros / 1000;
}

class CgroupV1 final : public UsageMeter {
 public:
  CgroupV1(const std::vector<CgroupBase>& bases, const std::array<size_t, kControllerCount>& baseOf,
           const std::string& name, LayerSet enforced, const UsageLimits& limits)
      : enforced_(enforced) {
    for (auto& base : bases) dirs_.emplace_back(base.dirFd(), name);
    joinFds_ = openJoinFds();
    auto dirOf = [&](Controller controller) { return dirs_[baseOf[controller]].fd(); };
    memoryDirFd_ = dirOf(kMemory);
    pidsDirFd_ = dirOf(kPids);
    cpuDirFd_ = dirOf(kCpu);
    hasSwapLimit_ = ::faccessat(memoryDirFd_, "memory.memsw.limit_in_bytes", W_OK, 0) == 0;
    hasTcpLimit_ = ::faccessat(memoryDirFd_, kTcpLimit, W_OK, 0) == 0;
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
  std::vector<OwnedFd> openJoinFds() const override {
    std::vector<OwnedFd> fds;
    for (auto& dir : dirs_) fds.push_back(openAt(dir.fd(), "cgroup.procs", O_WRONLY));
    return fds;
  }

  bool renew(const UsageLimits& limits) override {
    const Usage used = usageWhenDone();
    // The counters of kills, refusals and processes cannot be reset (kernel admin-guide/cgroup-v1,
    // pids.rst). The next sandbox begins with one process, the worker.
    if (used.oomKills != 0 || used.processDenials != 0 || used.peakProcesses > 1) return false;
    // It may have run ahead of its share of the CPU, which the next one would wait for.
    if (limits_.cpuMillicores != 0 && used.cpuMicros >= cpuQuotaMicros(limits_)) return false;
    // Announced, even if we were quicker than the kernel to kill.
    if (outOfMemory_ && isReadable(outOfMemory_.get())) return false;
    if (numberIn(pidsDirFd_, "pids.current") != 0) return false;
    if (numberIn(memoryDirFd_, "memory.usage_in_bytes") > kMostLeftBytes) return false;
    // Sockets may outlive their network namespace by a moment.
    if (hasTcpLimit_ && numberIn(memoryDirFd_, kTcpUsage) != 0) return false;
    writeFileAt(memoryDirFd_, "memory.max_usage_in_bytes", "0");
    cpuNanosBefore_ = readKernelNumber(cpuUsage_.get());
    setLimits(limits);
    joinFds_ = openJoinFds();
    return true;
  }

  void giveBackMemory() override {
    if (numberIn(memoryDirFd_, "memory.usage_in_bytes") > 0) {
      writeFileAt(memoryDirFd_, "memory.force_empty", "0");
    }
  }

  void setLimits(const UsageLimits& asked) override {
    const UsageLimits limits = onlyEnforced(asked, enforced_);
    if (limits.memoryBytes != limits_.memoryBytes) setMemory(limits.memoryBytes);
    if (limits.processes != limits_.processes) {
      writeFileAt(pidsDirFd_, "pids.max", std::to_string(limits.processes));
    }
    if (limits.cpuMillicores != limits_.cpuMillicores) {
      writeFileAt(cpuDirFd_, "cpu.cfs_period_us", std::to_string(kCpuPeriodMicros));
      writeFileAt(cpuDirFd_, "cpu.cfs_quota_us", std::to_string(cpuQuotaMicros(limits)));
    }
    limits_ = limits;
  }

  Usage usage() const override {
    Usage usage;
    usage.cpuMicros = cpuMicros();
    usage.peakMemoryBytes = readKernelNumber(memoryPeak_.get());
    usage.oomKills = countOomKills();
    usage.processDenials = countDenials();
    if (pidsPeak_) usage.peakProcesses = readKernelNumber(pidsPeak_.get());
    return usage;
  }

  Usage usageWhenDone() const override {
    Usage usage;
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
  uint64_t memoryBytes() const override { return numberIn(memoryDirFd_, "memory.usage_in_bytes"); }
  // TCP's memory below any limit of the group; or whatever it takes, where the kernel knows no such
  // limit.
  uint64_t bytesBesidesOfSocket() const override {
    if (!enforced_.has(Layer::cgroupMemory)) return 0;
    const bool isLimited =
        ::faccessat(memoryDirFd_, "memory.kmem.tcp.limit_in_bytes", W_OK, 0) == 0;
    return isLimited ? kLeastBytesOfTcpSocket : kMostBytesOfSocket;
  }
  int outOfMemoryFd() const override { return outOfMemory_.get(); }
  void forgetOutOfMemory() override {
    uint64_t announced;
    if (outOfMemory_) [[maybe_unused]]
      auto count = ::read(outOfMemory_.get(), &announced, sizeof(announced));
  }

 private:
  // Opened for the moment: what is open for each of a thousand parked workers adds up, and only
  // what every job's end needs is open all the time.
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

  // One for each hierarchy, in place of those that there may be.
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
    if (hasTcpLimit_) writeFileAt(memoryDirFd_, kTcpLimit, value);
  }

  LayerSet enforced_;
  std::vector<CgroupDir> dirs_;
  std::vector<OwnedFd> joinFds_;
  int memoryDirFd_ = -1, pidsDirFd_ = -1, cpuDirFd_ = -1;  // Borrowed from dirs_.
  OwnedFd cpuUsage_, memoryPeak_, pidsPeak_, outOfMemory_;
  uint64_t cpuNanosBefore_ = 0;  // The CPU time of earlier sandboxes.
  bool hasSwapLimit_ = false, hasTcpLimit_ = false;
  UsageLimits limits_;
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

  kj::Own<UsageMeter> create(const std::string& name, const UsageLimits& limits) override {
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

}  // namespace brood::supervisor
