#pragma once
// The protections of this supervisor's sandboxes: named in every result, /health and doctor.

#include <string>
#include <vector>

#include "base/policy/layers.h"
#include "host/tier.h"
#include "rpc/calls/supervisor.capnp.h"
#include "rpc/wire/zygote.capnp.h"

namespace brood::supervisor {

// The layers of one sandbox, as the slot builder, the worker and the cgroup driver report them.
struct AppliedLayers {
  LayerSet set;
  std::vector<std::string> reasons;    // "name: reason", of layers that could not be applied.
  std::vector<std::string> partial{};  // "name: reason", of layers that are there in part.
  // "name: reason", of what protects jobs and the host besides layers and is not there.
  std::vector<std::string> besides{};
};

struct IsolationReport {
  std::string level;  // "namespaces" or "process".
  std::string tier;   // A tier of host/tier.h.
  LayerSet applied;
  std::vector<std::string> layers;
  std::vector<std::string> missing;  // "name: reason"; of one in `layers`: what it lacks.
};

// Notes the applied layers of which this kernel knows only an older version.
void notePartialLayers(AppliedLayers& applied);

IsolationReport describeIsolation(Tier tier, const LayerPolicy& policy,
                                  const AppliedLayers& applied);

// Throws, naming layer and fix, when a required layer is not there or the level is below the least
// that is configured.
void requireIsolation(const IsolationReport& report, const LayerPolicy& policy,
                      const std::string& minIsolation);

// "; fix: ..." for the step of a lock-down that failed; empty if it is not a layer's.
std::string fixForStep(const std::string& step);

void fillIsolation(const IsolationReport& report, rpc::Isolation::Builder out);
void fillLayerPolicy(const LayerPolicy& policy, wire::LayerPolicy::Builder out);

}  // namespace brood::supervisor
