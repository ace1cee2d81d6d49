#include "supervisor/egress/broker_configuration.h"

#include "base/start_error.h"
#include "egress/policy/ip_address.h"
#include "supervisor/base/lists.h"

namespace brood::supervisor {
namespace {

constexpr std::string_view kBegin = "${env:";
// In a pod, the address of the cluster's API
// (https://kubernetes.io/docs/concepts/services-networking/ service/#environment-variables). It
// need not be a private one.
constexpr const char* kClusterVariable = "KUBERNETES_SERVICE_HOST";

template <typename T>
unsigned sizeOf(const std::vector<T>& list) {
  return static_cast<unsigned>(list.size());
}

void fillAlias(const EgressAliasConfig& config, const Lookup& lookup,
               egress::wire::Alias::Builder to) {
  const std::string key = "egress.aliases." + config.name + ".headers";
  to.setName(config.name);
  to.setOrigin(config.origin);
  std::vector<std::string> secrets;
  auto headers = to.initHeaders(sizeOf(config.headers));
  for (unsigned i = 0; i < headers.size(); ++i) {
    const std::string& header = config.headers[i];
    const size_t equals = header.find('=');
    auto value = expandVariables(header.substr(equals + 1), key, lookup);
    headers[i].setName(header.substr(0, equals));
    headers[i].setValue(value.text);
    for (auto& secret : value.secrets) secrets.push_back(std::move(secret));
  }
  setTexts(to.initSecrets(sizeOf(secrets)), secrets);
}

std::vector<std::string> forbiddenRanges(const EgressConfig& config, const Lookup& lookup) {
  std::vector<std::string> ranges = config.forbid;
  const char* cluster = lookup(kClusterVariable);
  // A name there would be nobody's but the cluster's own name service's, which jobs do not reach.
  if (cluster != nullptr && egress::IpAddress::parse(cluster)) ranges.emplace_back(cluster);
  return ranges;
}

}  // namespace

ExpandedText expandVariables(const std::string& text, const std::string& key,
                             const Lookup& lookup) {
  ExpandedText result;
  size_t at = 0;
  for (size_t begin; (begin = text.find(kBegin, at)) != std::string::npos;) {
    const size_t end = text.find('}', begin);
    if (end == std::string::npos) throw StartError(key + ": '${env:' without its '}'");
    const size_t nameAt = begin + kBegin.size();
    const std::string name = text.substr(nameAt, end - nameAt);
    const char* value = lookup(name.c_str());
    if (value == nullptr) throw StartError(key + ": there is no environment variable " + name);
    result.text += text.substr(at, begin - at) + value;
    result.secrets.emplace_back(value);
    at = end + 1;
  }
  result.text += text.substr(at);
  return result;
}

void fillConfiguration(const EgressConfig& config, uint16_t gatewayPort, const Lookup& lookup,
                       egress::wire::Configuration::Builder to) {
  const auto forbidden = forbiddenRanges(config, lookup);
  setTexts(to.initEntries(sizeOf(config.allow)), config.allow);
  setTexts(to.initForbidden(sizeOf(forbidden)), forbidden);
  setTexts(to.initResolvers(sizeOf(config.resolvers)), config.resolvers);
  if (gatewayPort != 0) to.initOwnPorts(1).set(0, gatewayPort);
  to.setRequireSni(config.requireSni == "on");
  auto aliases = to.initAliases(sizeOf(config.aliases));
  for (unsigned i = 0; i < aliases.size(); ++i) fillAlias(config.aliases[i], lookup, aliases[i]);
  auto limits = to.initLimits();
  limits.setConnections(config.connections);
  limits.setHeadTimeoutMs(static_cast<uint32_t>(config.headTimeoutMs));
}

void fillJobLimits(const EgressConfig& config, egress::wire::JobLimits::Builder to) {
  to.setConnectionsAtOnce(config.jobConnections);
  to.setConnectionsInAll(config.jobConnectionsTotal);
  to.setBytesUp(config.jobUpBytes);
  to.setBytesDown(config.jobDownBytes);
  to.setBytesPerSecond(config.jobBytesPerSecond);
  to.setIdleMs(static_cast<uint32_t>(config.idleTimeoutMs));
}

}  // namespace brood::supervisor
