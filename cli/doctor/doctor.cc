#include "cli/doctor/doctor.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "cli/doctor/cgroup_checks.h"
#include "cli/doctor/installation_checks.h"
#include "cli/doctor/kernel_checks.h"
#include "cli/doctor/runtime_checks.h"
#include "cli/table.h"

namespace brood {
namespace {

const char* stateName(ProtectionState state) {
  switch (state) {
    case ProtectionState::ok:
      return "ok";
    case ProtectionState::missing:
      return "missing";
    case ProtectionState::off:
      return "off";
  }
  return "";
}

void append(Checks& all, Checks more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

bool isBelowMinimum(const Checks& checks) {
  return std::any_of(checks.begin(), checks.end(), [](const Check& check) {
    return check.isRequired && check.state == ProtectionState::missing;
  });
}

std::string doctorText(const Checks& checks) {
  std::vector<std::vector<std::string>> rows{{"PROTECTION", "STATE", "REASON"}};
  for (const auto& check : checks) {
    rows.push_back({check.protection, stateName(check.state), check.reason});
    if (!check.fix.empty()) rows.push_back({"", "", "fix: " + check.fix});
  }
  return alignedTable(rows) + (isBelowMinimum(checks)
                                   ? "\nBelow the minimum: Brood would refuse to start.\n"
                                   : "\nBrood can run here with isolation level \"namespaces\".\n");
}

int doctorCommand(const Config& config, const std::string& binDir) {
  Checks checks;
  // The probes fork, which is only safe while this process has one thread and no event loop.
  append(checks, checkNamespaces(config.layers));
  append(checks, checkSeccomp(config.layers));
  append(checks, checkLandlock(config.layers));
  append(checks, checkCgroups(config.sandbox));
  append(checks, checkHostIds(config.sandbox));
  append(checks, checkFiles(config.supervisor, binDir));
  append(checks, checkCanary(config.supervisor.socketPath()));
  append(checks, checkPreload(config.supervisor.socketPath()));
  append(checks, checkRuntimes(config.supervisor.socketPath()));
  std::fputs(doctorText(checks).c_str(), stdout);
  return isBelowMinimum(checks) ? 1 : 0;
}

}  // namespace brood
