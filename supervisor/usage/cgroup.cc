#include "supervisor/usage/cgroup.h"

#include <kj/exception.h>

#include "base/plain_text.h"
#include "supervisor/usage/sampled_meter.h"

namespace brood::supervisor {
namespace {

using Maker = kj::Own<CgroupDriver> (*)(const CgroupOptions&);

// A driver counts as working once it has made a group with limits.
kj::Own<CgroupDriver> makeAndTry(Maker maker, const CgroupOptions& options) {
  auto driver = maker(options);
  driver->sweep();
  auto probe = driver->create("probe", UsageLimits{64 << 20, 8, 1000});
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

UsageLimits onlyEnforced(UsageLimits limits, LayerSet enforced) {
  if (!enforced.has(Layer::cgroupMemory)) limits.memoryBytes = 0;
  if (!enforced.has(Layer::cgroupPids)) limits.processes = 0;
  if (!enforced.has(Layer::cgroupCpu)) limits.cpuMillicores = 0;
  return limits;
}

kj::Own<CgroupDriver> newCgroupDriver(const CgroupOptions& options) {
  if (options.mode == "none") return newSampledDriver("switched off by sandbox.cgroup_mode");
  if (options.mode == "v1") return makeAndTry(&newCgroupV1Driver, options);
  if (options.mode == "v2") return makeAndTry(&newCgroupV2Driver, options);
  std::string reasons;
  for (Maker maker : {&newCgroupV2Driver, &newCgroupV1Driver}) {
    try {
      return makeAndTry(maker, options);
    } catch (const kj::Exception& exception) {
      reasons += std::string(reasons.empty() ? "" : "; ") + plainText(exception);
    }
  }
  return newSampledDriver(reasons);
}

}  // namespace brood::supervisor
