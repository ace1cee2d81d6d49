#pragma once
// What protections this supervisor's sandboxes have: named in every result, /health and doctor.

#include <string>
#include <vector>

#include "host/tier.h"
#include "rpc/layers.h"
#include "rpc/supervisor.capnp.h"
#include "rpc/zygote.capnp.h"

namespace brood {

// What one sandbox has, by the account of those who applied it: the slot builder, the worker and
// the cgroup driver.
struct AppliedLayers {
  LayerSet set;
  std::vector<std::string> reasons;    // "name: reason", of layers that could not be applied.
  std::vector<std::string> partial{};  // "name: reason", of layers that are there in part.
};

struct IsolationReport {
  std::string level;  // "namespaces" or "process".
  std::string tier;   // Of host/tier.h.
  LayerSet applied;
  std::vector<std::string> layers;
  std::vector<std::string> missing;  // "name: reason"; of one in `layers`: what it lacks.
};

// Of what was applied, what this kernel knows only an older version of.
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

}  // namespace brood
