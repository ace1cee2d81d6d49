#include "egress/broker/configuration.h"

#include "egress/network/own_address.h"

namespace brood::egress {
namespace {

std::string textOf(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

AliasSpec readAlias(wire::Alias::Reader from) {
  AliasSpec spec;
  spec.name = textOf(from.getName());
  spec.origin = textOf(from.getOrigin());
  for (auto header : from.getHeaders()) {
    spec.headers.emplace_back(textOf(header.getName()), textOf(header.getValue()));
  }
  spec.secrets = readTexts(from.getSecrets());
  return spec;
}

void readBounds(Settings& settings, wire::BrokerLimits::Reader from) {
  settings.connections = from.getConnections();
  // A ClientHello always has room.
  settings.headBytes = kj::max(from.getHeadBytes(), 17u * 1024);
  settings.headTimeout = from.getHeadTimeoutMs() * kj::MILLISECONDS;
  settings.dialTimeout = from.getDialTimeoutMs() * kj::MILLISECONDS;
  settings.lookupTimeout = from.getLookupTimeoutMs() * kj::MILLISECONDS;
}

}  // namespace

std::vector<std::string> readTexts(capnp::List<capnp::Text>::Reader from) {
  std::vector<std::string> texts;
  for (auto text : from) texts.push_back(textOf(text));
  return texts;
}

JobLimits readLimits(wire::JobLimits::Reader from) {
  JobLimits limits;
  limits.connectionsAtOnce = from.getConnectionsAtOnce();
  limits.connectionsInAll = from.getConnectionsInAll();
  limits.bytesUp = from.getBytesUp();
  limits.bytesDown = from.getBytesDown();
  limits.bytesPerSecond = from.getBytesPerSecond();
  limits.idleMs = from.getIdleMs();
  return limits;
}

std::variant<SettingsPtr, std::string> readConfiguration(wire::Configuration::Reader from) {
  auto settings = std::make_shared<Settings>();
  const auto entries = readTexts(from.getEntries());
  auto policy = Policy::of(entries);
  if (const auto* problem = std::get_if<EntryProblem>(&policy)) return problem->text;
  settings->policy = std::get<Policy>(std::move(policy));

  settings->surroundings.isOwnAddress = &isOwnAddress;
  for (const uint16_t port : from.getOwnPorts()) settings->surroundings.ownPorts.push_back(port);
  for (const auto& text : readTexts(from.getForbidden())) {
    const auto range = IpRange::parse(text);
    if (!range) return "'" + text + "' is no range of addresses";
    settings->surroundings.forbidden.push_back(*range);
  }
  for (auto each : from.getAliases()) {
    auto alias = Alias::of(readAlias(each), entries);
    if (const auto* problem = std::get_if<std::string>(&alias)) return *problem;
    settings->aliases.add(std::get<Alias>(std::move(alias)));
  }
  settings->requireSni = from.getRequireSni();
  readBounds(*settings, from.getLimits());
  return SettingsPtr(std::move(settings));
}

}  // namespace brood::egress
