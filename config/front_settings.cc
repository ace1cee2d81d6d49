#include "config/front_settings.h"

#include <algorithm>

#include "base/suggestion.h"
#include "config/quantities.h"
#include "config/setting_makers.h"

namespace brood {
namespace {

using enum SettingKind;

void addGateway(std::vector<Setting>& all) {
  all.push_back(textSetting("gateway.host", TextRule::notEmpty, "Address to listen on",
                            BROOD_FIELD(gateway.host)));
  all.push_back(numberSetting("gateway.port", count, {0, 65'535}, "TCP port; 0 takes a free one",
                              BROOD_FIELD(gateway.port)));
  all.push_back(textSetting("gateway.user", TextRule::notEmpty,
                            "User to become when started as root; without a user brood-gateway the "
                            "ids just below sandbox.uid_base",
                            BROOD_FIELD(gateway.user)));
  all.push_back(numberSetting("gateway.max_header_bytes", bytes, {kKi, kMi}, "Largest request head",
                              BROOD_FIELD(gateway.maxHeaderBytes)));
  all.push_back(numberSetting("gateway.max_body_bytes", bytes, {kKi, kGi}, "Largest request body",
                              BROOD_FIELD(gateway.maxBodyBytes)));
  all.push_back(numberSetting("gateway.header_timeout_ms", milliseconds, {1, kHourMs},
                              "From the first byte of a request to the end of its head",
                              BROOD_FIELD(gateway.headerTimeoutMs)));
  all.push_back(numberSetting("gateway.body_timeout_ms", milliseconds, {1, kHourMs},
                              "From the end of the head to the end of the body",
                              BROOD_FIELD(gateway.bodyTimeoutMs)));
  all.push_back(numberSetting("gateway.idle_timeout_ms", milliseconds, {1, kHourMs},
                              "Between two requests on one connection",
                              BROOD_FIELD(gateway.idleTimeoutMs)));
  all.push_back(numberSetting("gateway.write_timeout_ms", milliseconds, {1, kHourMs},
                              "For a client to take what it was sent",
                              BROOD_FIELD(gateway.writeTimeoutMs)));
  all.push_back(numberSetting("gateway.drain_delay_ms", milliseconds, {0, kHourMs},
                              "At shutdown, how long to be not ready and still take jobs, until "
                              "load balancers have noticed",
                              BROOD_FIELD(gateway.drainDelayMs)));
  all.push_back(numberSetting("gateway.max_connections", count, {1, 1'000'000},
                              "Open connections; for one more the longest idle is closed",
                              BROOD_FIELD(gateway.maxConnections)));
  all.push_back(numberSetting("gateway.max_buffered_bytes", bytes, {kMi, kTi},
                              "Memory for requests and answers of all connections together",
                              BROOD_FIELD(gateway.maxBufferedBytes)));
  all.push_back(listSetting("gateway.allowed_origins", TextRule::notEmpty,
                            "Origins whose web pages may send requests, as https://app.example",
                            BROOD_FIELD(gateway.allowedOrigins)));
  all.push_back(listSetting("gateway.allowed_hosts", TextRule::notEmpty,
                            "Names a request's Host may have on a loopback address besides "
                            "localhost, 127.0.0.1 and [::1]",
                            BROOD_FIELD(gateway.allowedHosts)));
  all.push_back(textSetting("gateway.tls_cert", TextRule::absolutePathOrEmpty,
                            "Certificate chain (PEM) to speak HTTPS with; reloaded when it changes",
                            BROOD_FIELD(gateway.tlsCert)));
  all.push_back(textSetting("gateway.tls_key", TextRule::absolutePathOrEmpty,
                            "Private key (PEM) of that certificate", BROOD_FIELD(gateway.tlsKey)));
  all.push_back(textSetting("gateway.tls_client_ca", TextRule::absolutePathOrEmpty,
                            "Authorities (PEM) one of which must have signed each client's "
                            "certificate; its common name may be a key",
                            BROOD_FIELD(gateway.tlsClientCa)));
}

void addAccess(std::vector<Setting>& all) {
  all.push_back(choiceSetting("access.mode", {"auto", "keys", "open"},
                              "Who may ask for jobs. auto: holders of a key, if there are keys; "
                              "else every client on a loopback address, and on any other address "
                              "holders of the key that is made and printed at the start",
                              BROOD_FIELD(access.mode)));
  all.push_back(textSetting("access.keys_file", TextRule::absolutePathOrEmpty,
                            "Keys and tenants' limits, as brood key writes them, reloaded when it "
                            "changes; empty: keys.json in access.state_dir, if it is there",
                            BROOD_FIELD(access.keysFile)));
  all.push_back(textSetting("access.state_dir", TextRule::absolutePath,
                            "Keeps what tenants have used, and what is still to be sent; an "
                            "ordinary user's default is $XDG_STATE_HOME/brood, else "
                            "~/.local/state/brood",
                            BROOD_FIELD(access.stateDir)));
  all.push_back(choiceSetting("access.metrics", {"key", "open"},
                              "Whether /metrics needs a key of the scope admin where there are "
                              "keys",
                              BROOD_FIELD(access.metrics)));
}

void addAudit(std::vector<Setting>& all) {
  all.push_back(textSetting("audit.path", TextRule::absolutePathOrEmpty,
                            "File to which each decision is appended as a line of JSON; SIGHUP "
                            "opens it anew",
                            BROOD_FIELD(audit.path)));
  all.push_back(choiceSetting("audit.fsync", {"never", "interval", "always"},
                              "When a line is brought to the disk: when the kernel likes, each "
                              "second, or before the job it tells of is started",
                              BROOD_FIELD(audit.fsync)));
  all.push_back(choiceSetting("audit.on_failure", {"refuse", "count"},
                              "While lines cannot be written: take no jobs, or count what is lost",
                              BROOD_FIELD(audit.onFailure)));
}

void addExports(std::vector<Setting>& all) {
  all.push_back(textSetting("traces.endpoint", TextRule::any,
                            "OpenTelemetry collector to send spans to (OTLP over HTTP), as "
                            "http://127.0.0.1:4318; empty: none",
                            BROOD_FIELD(traces.endpoint)));
  all.push_back(textSetting("supabase.url", TextRule::any,
                            "Supabase project that gets a row for each job; its key comes from "
                            "SUPABASE_SERVICE_KEY",
                            BROOD_FIELD(supabase.url)));
  all.push_back(textSetting("supabase.table", TextRule::notEmpty, "Table for these rows",
                            BROOD_FIELD(supabase.table)));
  all.push_back(textSetting("supabase.bucket", TextRule::any,
                            "Storage bucket for the files that jobs leave; empty: none are stored",
                            BROOD_FIELD(supabase.bucket)));
  all.push_back(numberSetting("supabase.spool_bytes", bytes, {kMi, kTi},
                              "Disk for what is still to be sent; more is given up and counted",
                              BROOD_FIELD(supabase.spoolBytes)));
  all.push_back(numberSetting("supabase.give_up_after_ms", milliseconds, {1000, 90 * 24 * kHourMs},
                              "How long the project is tried to be reached with a row",
                              BROOD_FIELD(supabase.giveUpAfterMs)));
}

void addProtocols(std::vector<Setting>& all) {
  all.push_back(choiceSetting("protocols.mcp", {"on", "off"},
                              "Model Context Protocol: tools for agents at POST /mcp",
                              BROOD_FIELD(protocols.mcp)));
  all.push_back(choiceSetting("protocols.dify", {"on", "off"},
                              "dify-sandbox, for Dify's code nodes, at /v1/sandbox",
                              BROOD_FIELD(protocols.dify)));
  all.push_back(choiceSetting("protocols.sandboxfusion", {"on", "off"},
                              "SandboxFusion, for its client and for trainers, at POST /run_code",
                              BROOD_FIELD(protocols.sandboxfusion)));
}

constexpr std::string_view kPrefix = "protocols.";

// Every setting of this section is a protocol.
std::vector<std::string> protocolNames() {
  std::vector<Setting> settings;
  addProtocols(settings);
  std::vector<std::string> names;
  for (const auto& setting : settings) names.push_back(setting.key.substr(kPrefix.size()));
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

void addFrontSettings(std::vector<Setting>& all) {
  addGateway(all);
  addAccess(all);
  addAudit(all);
  addExports(all);
  addProtocols(all);
}

std::variant<std::vector<std::string>, std::string> protocolKeys(std::string_view names) {
  const auto known = protocolNames();
  std::vector<std::string> keys;
  while (!names.empty()) {
    const auto comma = std::min(names.find(','), names.size());
    const std::string name(trimmed(names.substr(0, comma)));
    names.remove_prefix(std::min(comma + 1, names.size()));
    if (name.empty()) continue;
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return "names '" + name + "', which is no protocol" + suggestion(name, known) +
             "; allowed: a list of " + joined(known);
    }
    keys.push_back(std::string(kPrefix) + name);
  }
  return keys;
}

}  // namespace brood
