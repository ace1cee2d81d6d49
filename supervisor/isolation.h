#pragma once
// What protections this supervisor's sandboxes have: named in every result, /health and doctor.

#include <string>
#include <vector>

#include "rpc/supervisor.capnp.h"
#include "supervisor/cgroup.h"

namespace brood {

struct IsolationReport {
  std::string level;  // "namespaces".
  std::vector<std::string> layers;
  std::vector<std::string> missing;  // "name: reason".
};

// For slots that were built and workers that parked: the slot builder and the worker's lock-down
// fail closed, so that each of their layers is there if a worker is.
IsolationReport describeIsolation(const CgroupDriver& cgroups);

void fillIsolation(const IsolationReport& report, rpc::Isolation::Builder out);

}  // namespace brood
