#pragma once
// A slot in small: all its namespaces, its ids and its kinds of mounts, for a moment.

#include <cstdint>

#include "base/policy/layers.h"
#include "host/probe.h"

namespace brood {

// As seen in the caller's user namespace. Init's and the job's may be the same.
struct ProbedIds {
  uint32_t init;
  uint32_t job;
};

// Tries what a slot builder needs in its namespaces: a mount namespace of its own.
ProbeStep probeRootTemplate(const LayerPolicy& policy);

// In a child of its own: it makes and ends processes. With the namespaces that the policy wants.
ProbeStep probeSlot(const LayerPolicy& policy, const ProbedIds& ids);

// Whether RLIMIT_NPROC counts what runs in such a slot and nothing else (since Linux 5.14).
ProbeStep probeProcessLimit(const LayerPolicy& policy, const ProbedIds& ids);

}  // namespace brood
