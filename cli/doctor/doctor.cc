#include "cli/doctor/doctor.h"

#include <algorithm>
#include <iterator>

#include "cli/doctor/cgroup_checks.h"
#include "cli/doctor/egress_checks.h"
#include "cli/doctor/gateway_checks.h"
#include "cli/doctor/installation_checks.h"
#include "cli/doctor/kernel_checks.h"
#include "cli/doctor/runtime_checks.h"
#include "cli/doctor/serving_checks.h"
#include "cli/terminal/output.h"
#include "cli/terminal/table.h"
#include "host/features.h"

namespace brood::cli {
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

std::string doctorText(const Checks& checks, const std::string& level) {
  std::vector<std::vector<std::string>> rows{{"PROTECTION", "STATE", "REASON"}};
  for (const auto& check : checks) {
    rows.push_back({check.protection, stateName(check.state), check.reason});
    if (!check.fix.empty()) rows.push_back({"", "", "fix: " + check.fix});
  }
  return alignedTable(rows) +
         (isBelowMinimum(checks)
              ? "\nBelow the minimum: Brood would refuse to start.\n"
              : "\nBrood can run here with isolation level \"" + level + "\".\n");
}

// Without namespaces Brood runs where the rest makes up for them, and where that is allowed.
void judgeTier(const HostFeatures& features, const Config& config, Checks& checks) {
  if (features.haveNamespaces()) {
    const std::string why = features.whyNotBetter();
    checks.insert(
        checks.begin(),
        {"tier", ProtectionState::ok,
         std::string(nameOf(features.tier())) + (why.empty() ? "" : ": " + why), features.fix()});
    return;
  }
  const std::string refusal = features.refusal(config);
  if (!refusal.empty()) {
    checks.insert(checks.begin(), {"tier", ProtectionState::missing, refusal, "", true});
    return;
  }
  for (auto& check : checks) {
    if (check.protection.ends_with("namespace") || check.protection == "own root (mount)") {
      check.isRequired = false;
    }
  }
  checks.insert(checks.begin(), {"tier", ProtectionState::ok,
                                 "process: jobs share the host's namespaces, bound by Landlock, "
                                 "seccomp and a keeper",
                                 features.fix()});
}

int doctorCommand(const Config& config, const std::string& binDir) {
  Checks checks;
  // The probes fork, which is only safe while this process has one thread and no event loop.
  const HostFeatures features = HostFeatures::detect(config);
  append(checks, checkNamespaces(config.layers));
  append(checks, checkSeccomp(config.layers));
  append(checks, checkLandlock(config.layers));
  append(checks, checkCgroups(config.sandbox));
  append(checks, checkHostIds(config.sandbox, features.tier()));
  append(checks, checkServing(config));
  judgeTier(features, config, checks);
  append(checks, checkGateway(config));
  append(checks, checkFiles(config.supervisor, binDir));
  append(checks, checkCanary(config.supervisor.socketPath()));
  append(checks, checkEgress(config));
  append(checks, checkPreload(config.supervisor.socketPath()));
  append(checks, checkRuntimes(config.supervisor.socketPath()));
  const char* level = features.haveNamespaces() ? "namespaces" : "process";
  print(doctorText(checks, level));
  return isBelowMinimum(checks) ? 1 : 0;
}

}  // namespace brood::cli
