#include "config/egress_settings.h"

#include "config/quantities.h"
#include "config/setting_makers.h"

namespace brood {
namespace {

using enum SettingKind;

constexpr Range kConnections{1, 1'000'000};
constexpr Range kBytes{0, 1024 * kTi};

void addLists(std::vector<Setting>& all) {
  all.push_back(choiceSetting("egress.enabled", {"on", "off"},
                              "Whether jobs may reach the names of egress.allow (ENABLE_NETWORK)",
                              BROOD_FIELD(egress.enabled)));
  all.push_back(choiceSetting("egress.unasked", {"on", "off"},
                              "Whether a job has network whose request does not say",
                              BROOD_FIELD(egress.unasked)));
  all.push_back(listSetting("egress.allow", TextRule::notEmpty,
                            "Names, *.suffixes, groups (pypi, npm, ...) and addresses that jobs "
                            "may reach, with :PORT or :*; !NAME denies (ALLOWED_DOMAINS)",
                            BROOD_FIELD(egress.allow)));
  all.push_back(listSetting("egress.forbid", TextRule::notEmpty,
                            "Ranges of addresses that no name may lead to, besides those that "
                            "always are",
                            BROOD_FIELD(egress.forbid)));
  all.push_back(listSetting("egress.resolvers", TextRule::notEmpty,
                            "Name servers, as 192.0.2.1:53; none: those of /etc/resolv.conf",
                            BROOD_FIELD(egress.resolvers)));
  all.push_back(choiceSetting(
      "egress.require_sni", {"on", "off"},
      "TLS in a tunnel must name the host that was asked for, and at port 443 it must be TLS",
      BROOD_FIELD(egress.requireSni)));
  all.push_back(textSetting("egress.user", TextRule::notEmpty,
                            "User of the broker when started as root; without a user brood-egress "
                            "an id just below sandbox.uid_base",
                            BROOD_FIELD(egress.user)));
  all.push_back(textSetting("egress.ca_file", TextRule::absolutePath,
                            "Certificates that origins of aliases may have",
                            BROOD_FIELD(egress.caFile)));
}

void addBounds(std::vector<Setting>& all) {
  all.push_back(numberSetting("egress.connections", count, kConnections,
                              "Open connections of all jobs together",
                              BROOD_FIELD(egress.connections)));
  all.push_back(numberSetting("egress.job_connections", count, kConnections,
                              "Open connections of one job", BROOD_FIELD(egress.jobConnections)));
  all.push_back(numberSetting("egress.job_connections_total", count, {0, 1'000'000'000},
                              "Connections of one job in all; 0: no limit",
                              BROOD_FIELD(egress.jobConnectionsTotal)));
  all.push_back(numberSetting("egress.job_up_bytes", bytes, kBytes,
                              "Bytes that one job may send; 0: no limit",
                              BROOD_FIELD(egress.jobUpBytes)));
  all.push_back(numberSetting("egress.job_down_bytes", bytes, kBytes,
                              "Bytes that one job may receive; 0: no limit",
                              BROOD_FIELD(egress.jobDownBytes)));
  all.push_back(numberSetting("egress.job_bytes_per_second", bytes, kBytes,
                              "Rate of one job, both directions together; 0: no limit",
                              BROOD_FIELD(egress.jobBytesPerSecond)));
  all.push_back(numberSetting("egress.idle_timeout_ms", milliseconds, {0, kDayMs},
                              "Silence after which a connection ends; 0: no limit",
                              BROOD_FIELD(egress.idleTimeoutMs)));
  all.push_back(numberSetting("egress.head_timeout_ms", milliseconds, {100, 10 * 60'000},
                              "Time that a client has to say what it wants, a ClientHello included",
                              BROOD_FIELD(egress.headTimeoutMs)));
}

// By index: the vector may have moved by the time a field is stored.
void addAlias(std::vector<Setting>& all, const std::string& name, size_t index) {
  const std::string prefix = "egress.aliases." + name;
  all.push_back(textSetting(
      prefix + ".origin", TextRule::notEmpty,
      "https://HOST[:PORT][/PATH] that the alias stands for", [index](auto& c) -> auto& {
        return c.egress.aliases[index].origin;
      }));
  all.push_back(listSetting(
      prefix + ".headers", TextRule::assignment,
      "NAME=VALUE added to each request; ${env:NAME} is a variable of the supervisor's",
      [index](auto& c) -> auto& { return c.egress.aliases[index].headers; }));
}

}  // namespace

void addEgressSettings(const Config& config, std::vector<Setting>& all) {
  addLists(all);
  addBounds(all);
  const auto& aliases = config.egress.aliases;
  for (size_t i = 0; i < aliases.size(); ++i) addAlias(all, aliases[i].name, i);
}

}  // namespace brood
