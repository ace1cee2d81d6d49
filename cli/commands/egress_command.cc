#include "cli/commands/egress_command.h"

#include <netdb.h>
#include <sys/socket.h>

#include "cli/client/supervisor_client.h"
#include "cli/terminal/cli_error.h"
#include "cli/terminal/output.h"
#include "egress/protocols/authority.h"

namespace brood::cli {
namespace {

constexpr uint16_t kUsualPort = 443;

egress::Policy policyOf(const EgressConfig& config) {
  auto policy = egress::Policy::of(config.allow);
  if (const auto* problem = std::get_if<egress::EntryProblem>(&policy)) {
    throw CliError("egress.allow: " + problem->text);
  }
  return std::get<egress::Policy>(std::move(policy));
}

// The broker alone knows which addresses are this host's own.
egress::Surroundings surroundingsOf(const EgressConfig& config) {
  egress::Surroundings surroundings;
  for (const auto& text : config.forbid) {
    if (const auto range = egress::IpRange::parse(text)) surroundings.forbidden.push_back(*range);
  }
  return surroundings;
}

EgressVerdict refused(const egress::Refusal& refusal) {
  const std::string rule = refusal.rule.empty() ? "" : ", rule '" + refusal.rule + "'";
  return {false, "refused (" + refusal.reason + rule + "): " + refusal.text};
}

std::string listed(const std::vector<egress::IpAddress>& addresses) {
  std::string text;
  for (const auto& address : addresses) text += (text.empty() ? "" : ", ") + address.text();
  return text;
}

std::vector<egress::IpAddress> lookUpHere(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  std::vector<egress::IpAddress> addresses;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return addresses;
  for (auto* each = found; each != nullptr; each = each->ai_next) {
    if (const auto address = egress::IpAddress::of(*each->ai_addr)) addresses.push_back(*address);
  }
  ::freeaddrinfo(found);
  return addresses;
}

int reload(const SupervisorConfig& config) {
  UvAsyncIo io;
  SupervisorClient client(io, config.adminSocketPath());
  auto response = client.admin().reloadEgressRequest().send().wait(io.waitScope());
  if (response.getOutcome().isRejected()) {
    auto rejected = response.getOutcome().getRejected();
    throw CliError(std::string(rejected.getCode().cStr()) + ": " + rejected.getMessage().cStr());
  }
  print("egress.allow has " + std::to_string(response.getEntries()) + " entries now\n");
  return 0;
}

}  // namespace

EgressVerdict checkEgress(const EgressConfig& config, const std::string& target,
                          const LookUp& lookUp) {
  const auto authority = egress::splitAuthority(target);
  if (!authority) throw CliError("'" + target + "' is not HOST[:PORT]");
  const uint16_t port = authority->port.value_or(kUsualPort);
  const auto policy = policyOf(config);
  const auto decided =
      egress::decide(policy, egress::Narrowing::everythingAllowed(), authority->host, port);
  if (const auto* refusal = std::get_if<egress::Refusal>(&decided)) return refused(*refusal);
  const auto& permit = std::get<egress::Permit>(decided);
  const std::string allowed = "allowed: " + egress::textOf(permit.host()) + ":" +
                              std::to_string(port) + ", by '" + permit.rule() + "'";
  std::vector<egress::IpAddress> addresses;
  if (const auto* address = std::get_if<egress::IpAddress>(&permit.host())) {
    addresses.push_back(*address);
  } else {
    if (!config.resolvers.empty()) return {true, allowed + "; not looked up: egress.resolvers"};
    addresses = lookUp(egress::textOf(permit.host()));
    if (addresses.empty()) return {true, allowed + "; the name has no address here"};
  }
  const auto approved = policy.approve(permit, addresses, surroundingsOf(config));
  if (const auto* refusal = std::get_if<egress::Refusal>(&approved)) return refused(*refusal);
  return {true, allowed + "; " + listed(addresses)};
}

int egressCommand(const EgressArguments& arguments, const Config& config) {
  if (arguments.action == EgressArguments::Action::reload) return reload(config.supervisor);
  const auto verdict = checkEgress(config.egress, arguments.target, &lookUpHere);
  print(verdict.text + "\n");
  if (!config.egress.isOn()) print("but jobs have no network: egress.enabled is off\n");
  return verdict.isAllowed ? 0 : 1;
}

}  // namespace brood::cli
