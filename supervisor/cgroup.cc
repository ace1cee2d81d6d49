#include "supervisor/cgroup.h"

#include <kj/debug.h>

#include <functional>

#include "supervisor/process_sampler.h"

namespace brood {
namespace {

// Where cgroups cannot be used: counts what they would, and enforces nothing.
class NoCgroup final : public Cgroup {
 public:
  explicit NoCgroup(std::shared_ptr<ProcessTable> table) : table_(std::move(table)) {}
  std::vector<int> joinFds() const override { return {}; }
  void closeJoinFds() override {}
  void noteParked() override {
    if (sampler_) sampler_->noteInherited();
  }
  void setLimits(const CgroupLimits& limits) override {
    if (sampler_) sampler_->begin(limits.memoryBytes, limits.processes);
  }
  CgroupUsage usage() const override { return sampler_ ? sampler_->sample() : CgroupUsage{}; }
  uint64_t cpuMicros() const override { return usage().cpuMicros; }
  bool isSampled() const override { return true; }
  void watch(pid_t init) override { sampler_ = std::make_unique<ProcessSampler>(init); }
  void watchTree(pid_t keeper, int workspaceFd, int temporaryFd) override {
    sampler_ = std::make_unique<ProcessSampler>(table_, keeper, workspaceFd, temporaryFd);
  }
  uint64_t tasksOfUser() override { return table_->tasksOfUser(); }
  void finish() override {
    if (sampler_) sampler_->finish();
  }

 private:
  const std::shared_ptr<ProcessTable> table_;
  std::unique_ptr<ProcessSampler> sampler_;
};

class NoCgroupDriver final : public CgroupDriver {
 public:
  explicit NoCgroupDriver(std::string reason) : reason_(std::move(reason)) {}
  kj::Own<Cgroup> create(const std::string&, const CgroupLimits&) override {
    return kj::heap<NoCgroup>(table_);
  }
  std::string description() const override { return "none: " + reason_; }
  LayerSet layers() const override { return {}; }
  size_t sweep() override { return 0; }

 private:
  std::string reason_;
  const std::shared_ptr<ProcessTable> table_ = std::make_shared<ProcessTable>();  // For all.
};

using Maker = kj::Own<CgroupDriver> (*)(const CgroupOptions&);

// A driver counts as working once it has made a group with limits.
kj::Own<CgroupDriver> makeAndTry(Maker maker, const CgroupOptions& options) {
  auto driver = maker(options);
  driver->sweep();
  auto probe = driver->create("probe", CgroupLimits{64 << 20, 8, 1000});
  probe->usage();
  return driver;
}

}  // namespace

LayerSet wantedCgroupLayers(const LayerPolicy& policy) {
  LayerSet wanted;
  for (Layer layer : {Layer::cgroupMemory, Layer::cgroupPids, Layer::cgroupCpu}) {
    if (policy.isOn(layer)) wanted.add(layer);
  }
  return wanted;
}

LayerPolicy withoutMissingCgroups(LayerPolicy policy, LayerSet enforced) {
  for (Layer layer : {Layer::cgroupMemory, Layer::cgroupPids, Layer::cgroupCpu}) {
    if (!enforced.has(layer)) policy.setMode(layer, LayerMode::off);
  }
  return policy;
}

CgroupLimits onlyEnforced(CgroupLimits limits, LayerSet enforced) {
  if (!enforced.has(Layer::cgroupMemory)) limits.memoryBytes = 0;
  if (!enforced.has(Layer::cgroupPids)) limits.processes = 0;
  if (!enforced.has(Layer::cgroupCpu)) limits.cpuMillicores = 0;
  return limits;
}

kj::Own<CgroupDriver> newCgroupDriver(const CgroupOptions& options) {
  if (options.mode == "none")
    return kj::heap<NoCgroupDriver>("switched off by sandbox.cgroup_mode");
  if (options.mode == "v1") return makeAndTry(&newCgroupV1Driver, options);
  if (options.mode == "v2") return makeAndTry(&newCgroupV2Driver, options);
  std::string reasons;
  for (Maker maker : {&newCgroupV2Driver, &newCgroupV1Driver}) {
    try {
      return makeAndTry(maker, options);
    } catch (const kj::Exception& exception) {
      reasons += std::string(reasons.empty() ? "" : "; ") + exception.getDescription().cStr();
    }
  }
  return kj::heap<NoCgroupDriver>(reasons);
}

}  // namespace brood
