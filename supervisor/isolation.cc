#include "supervisor/isolation.h"

#include "supervisor/lists.h"

namespace brood {

IsolationReport describeIsolation(const CgroupDriver& cgroups) {
  IsolationReport report;
  report.level = "namespaces";
  report.layers = {"user",        "mount",        "pid",     "net",     "ipc",  "uts",
                   "cgroup",      "uid_per_slot", "own_root", "no_new_privs", "capabilities",
                   "securebits",  "rlimits",      "seccomp"};
  const auto enforced = cgroups.layers();
  report.layers.insert(report.layers.end(), enforced.begin(), enforced.end());
  if (enforced.empty()) {
    for (const char* layer : {"cgroup_memory", "cgroup_pids", "cgroup_cpu"}) {
      report.missing.push_back(std::string(layer) + ": cgroups are " + cgroups.description());
    }
  }
  report.missing.push_back("landlock: not applied by this version");
  return report;
}

void fillIsolation(const IsolationReport& report, rpc::Isolation::Builder out) {
  out.setLevel(report.level);
  setTexts(out.initLayers(static_cast<unsigned>(report.layers.size())), report.layers);
  setTexts(out.initMissing(static_cast<unsigned>(report.missing.size())), report.missing);
}

}  // namespace brood
