// cgroup version 2: the unified hierarchy (kernel admin-guide/cgroup-v2).
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "supervisor/base/posix.h"
#include "supervisor/usage/cgroup.h"
#include "supervisor/usage/cgroup_tree.h"

namespace brood::supervisor {
namespace {

constexpr uint64_t kCpuPeriodMicros = 20'000;

class CgroupV2 final : public UsageMeter {
 public:
  CgroupV2(int baseFd, const std::string& name, LayerSet enforced, const UsageLimits& limits)
      : enforced_(enforced),
        dir_(baseFd, name),
        join_(openAt(dir_.fd(), "cgroup.procs", O_WRONLY)),
        cpuStat_(openAt(dir_.fd(), "cpu.stat", O_RDONLY)),
        memoryEvents_(openAt(dir_.fd(), "memory.events", O_RDONLY)),
        pidsEvents_(openAt(dir_.fd(), "pids.events", O_RDONLY)),
        memoryPeak_(openIfExists("memory.peak")),
        pidsPeak_(openIfExists("pids.peak")),
        hasSwapLimit_(::faccessat(dir_.fd(), "memory.swap.max", W_OK, 0) == 0) {
    if (hasSwapLimit_) writeFileAt(dir_.fd(), "memory.swap.max", "0");
    // A job is one thing: when its memory is gone, all of it goes.
    writeFileAt(dir_.fd(), "memory.oom.group", "1");
    setLimits(limits);
  }

  std::vector<int> joinFds() const override {
    if (!join_) return {};
    return {join_.get()};
  }
  void closeJoinFds() override { join_.reset(); }
  std::vector<OwnedFd> openJoinFds() const override {
    std::vector<OwnedFd> fds;
    fds.push_back(openAt(dir_.fd(), "cgroup.procs", O_WRONLY));
    return fds;
  }

  // memory.reclaim came with Linux 5.19. It refuses (EAGAIN) when it finds less than was asked for,
  // as it does where some of it is the kernel's own.
  void giveBackMemory() override {
    const OwnedFd reclaim(::openat(dir_.fd(), "memory.reclaim", O_WRONLY | O_CLOEXEC));
    if (!reclaim) return;
    const std::string charged = readFileAt(dir_.fd(), "memory.current");
    if (charged == "0\n") return;
    [[maybe_unused]] auto found = ::write(reclaim.get(), charged.data(), charged.size());
  }

  void setLimits(const UsageLimits& asked) override {
    const UsageLimits limits = onlyEnforced(asked, enforced_);
    if (limits.memoryBytes != limits_.memoryBytes) {
      writeFileAt(dir_.fd(), "memory.max", std::to_string(limits.memoryBytes));
    }
    if (limits.processes != limits_.processes) {
      writeFileAt(dir_.fd(), "pids.max", std::to_string(limits.processes));
    }
    if (limits.cpuMillicores != limits_.cpuMillicores) {
      writeFileAt(dir_.fd(), "cpu.max",
                  std::to_string(limits.cpuMillicores * kCpuPeriodMicros / 1000) + " " +
                      std::to_string(kCpuPeriodMicros));
    }
    limits_ = limits;
  }

  Usage usage() const override {
    Usage usage;
    usage.cpuMicros = cpuMicros();
    usage.oomKills = readKernelCounter(memoryEvents_.get(), "oom_kill");
    usage.processDenials = readKernelCounter(pidsEvents_.get(), "max");
    if (memoryPeak_) usage.peakMemoryBytes = readKernelNumber(memoryPeak_.get());
    if (pidsPeak_) usage.peakProcesses = readKernelNumber(pidsPeak_.get());
    return usage;
  }

  uint64_t memoryBytes() const override {
    return readKernelNumber(openAt(dir_.fd(), "memory.current", O_RDONLY).get());
  }
  uint64_t cpuMicros() const override { return readKernelCounter(cpuStat_.get(), "usage_usec"); }

 private:
  // memory.peak came with Linux 5.19, pids.peak with 6.7.
  OwnedFd openIfExists(const char* file) {
    return OwnedFd(::openat(dir_.fd(), file, O_RDONLY | O_CLOEXEC));
  }

  LayerSet enforced_;
  CgroupDir dir_;
  OwnedFd join_, cpuStat_, memoryEvents_, pidsEvents_, memoryPeak_, pidsPeak_;
  bool hasSwapLimit_;
  UsageLimits limits_;
};

class CgroupV2Driver final : public CgroupDriver {
 public:
  explicit CgroupV2Driver(const CgroupOptions& options)
      : enforced_(wantedCgroupLayers(options.layers)), base_(makeBase(options)) {
    // Children get a controller only if every ancestor of ours passes it on.
    enable(base_.path() + "/../..");
    enable(base_.path() + "/..");
    enable(base_.path());
    const std::string enabled = readFileAt(base_.dirFd(), "cgroup.subtree_control");
    for (const char* controller : {"memory", "pids", "cpu"}) {
      if ((" " + enabled).find(std::string(" ") + controller) == std::string::npos) {
        KJ_FAIL_REQUIRE("cgroup v2 does not delegate a controller", controller, base_.path());
      }
    }
  }

  kj::Own<UsageMeter> create(const std::string& name, const UsageLimits& limits) override {
    return kj::heap<CgroupV2>(base_.dirFd(), name, enforced_, limits);
  }
  std::string description() const override { return "v2"; }
  LayerSet layers() const override { return enforced_; }
  size_t sweep() override { return base_.sweep(); }

 private:
  static CgroupBase makeBase(const CgroupOptions& options) {
    for (auto& mount : findCgroupMounts()) {
      if (mount.version2) return CgroupBase(mount.path, options.parent, options.instance);
    }
    KJ_FAIL_REQUIRE("no cgroup v2 hierarchy is mounted");
  }

  // Best effort for each; the check in the constructor is what counts.
  static void enable(const std::string& directory) {
    for (const char* change : {"+memory", "+pids", "+cpu"}) {
      OwnedFd fd(::open((directory + "/cgroup.subtree_control").c_str(), O_WRONLY | O_CLOEXEC));
      if (fd) [[maybe_unused]]
        auto ignored = ::write(fd.get(), change, strlen(change));
    }
  }

  LayerSet enforced_;
  CgroupBase base_;
};

}  // namespace

kj::Own<CgroupDriver> newCgroupV2Driver(const CgroupOptions& options) {
  return kj::heap<CgroupV2Driver>(options);
}

}  // namespace brood::supervisor
