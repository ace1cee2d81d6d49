#pragma once
// Control groups, versions 1 and 2 behind one interface (cgroups(7)).
//
// Everything happens below one directory of ours, <mount>/<parent>/<instance>/, which also tells a
// successor what a crashed supervisor left behind.

#include <kj/memory.h>

#include <string>

#include "base/policy/layers.h"
#include "supervisor/usage/usage_meter.h"

namespace brood::supervisor {

class CgroupDriver {
 public:
  virtual ~CgroupDriver() noexcept(false) = default;
  virtual kj::Own<UsageMeter> create(const std::string& name, const UsageLimits& limits) = 0;

  virtual std::string description() const = 0;  // "v1", "v2" or "none: reason".
  // The layers this driver enforces.
  virtual LayerSet layers() const = 0;

  // Kills what a crashed predecessor of the same instance left and removes its groups. Returns
  // how many groups there were. Only with the instance lock held.
  virtual size_t sweep() = 0;
};

struct CgroupOptions {
  std::string mode = "auto";  // auto | v1 | v2 | none
  std::string parent = "brood";
  std::string instance;  // One path component, unique to the runtime directory.
  LayerPolicy layers{};  // A limit whose layer is off is not set.
};

// The cgroup layers that the policy wants.
LayerSet wantedCgroupLayers(const LayerPolicy& policy);
// The policy for zygotes: their seccomp filter depends on whether somebody counts all memory.
LayerPolicy withoutMissingCgroups(LayerPolicy policy, LayerSet enforced);
// With zero, which sets nothing, for each limit whose layer is not in the set.
UsageLimits onlyEnforced(UsageLimits limits, LayerSet enforced);

// Finds by doing: the version whose group could be created with limits set. "auto" falls back to
// a driver that enforces nothing and says why; an explicit version that does not work throws.
kj::Own<CgroupDriver> newCgroupDriver(const CgroupOptions& options);

// The makers of each version; each throws with the reason if it does not work here.
kj::Own<CgroupDriver> newCgroupV1Driver(const CgroupOptions& options);
kj::Own<CgroupDriver> newCgroupV2Driver(const CgroupOptions& options);

}  // namespace brood::supervisor
