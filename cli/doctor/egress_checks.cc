#include "cli/doctor/egress_checks.h"

#include "cli/client/supervisor_client.h"
#include "cli/terminal/cli_error.h"

namespace brood::cli {
namespace {

constexpr const char* kNetwork = "network of jobs";

std::string listed(capnp::List<capnp::Text>::Reader texts) {
  std::string all;
  for (auto text : texts) all += (all.empty() ? "" : ", ") + std::string(text.cStr());
  return all;
}

Checks describe(rpc::EgressStatus::Reader status) {
  if (status.getWhyNot().size() > 0) {
    return {{kNetwork, ProtectionState::missing,
             std::string("jobs have none: ") + status.getWhyNot().cStr(),
             "switch egress.enabled off, or run Brood where it has namespaces"}};
  }
  if (!status.getEnabled()) {
    return {{kNetwork, ProtectionState::off, "jobs have none: egress.enabled is off", ""}};
  }
  if (!status.getReady()) {
    return {{kNetwork, ProtectionState::missing,
             "brood-egress is not ready: no connection passes until it is", "see the log"}};
  }
  Checks checks{
      {kNetwork, ProtectionState::ok,
       std::to_string(status.getEntries()) + " entries in egress.allow, for " +
           (status.getByDefault() ? "each job that does not decline" : "jobs that ask for it"),
       ""}};
  checks.push_back({"brood-egress", ProtectionState::ok, listed(status.getLayers()), ""});
  for (auto missing : status.getMissing()) {
    checks.push_back({"brood-egress", ProtectionState::missing, missing.cStr(), ""});
  }
  return checks;
}

}  // namespace

Checks checkEgress(const Config& config) try {
  UvAsyncIo io;
  SupervisorClient client(io, config.supervisor.socketPath());
  auto response = client.supervisor().statusRequest().send().wait(io.waitScope());
  return describe(response.getStatus().getEgress());
} catch (const CliError& error) {
  return {{kNetwork, ProtectionState::off,
           std::string("egress.enabled is ") + config.egress.enabled +
               "; not asked: no supervisor is running",
           ""}};
}

}  // namespace brood::cli
