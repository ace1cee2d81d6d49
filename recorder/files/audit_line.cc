#include "recorder/files/audit_line.h"

#include <nlohmann/json.hpp>

namespace brood::recorder {
namespace {

// Members stay in the order in which they are written, so that people find them.
using Json = nlohmann::ordered_json;

// Longer ones are cut: a client must not fill the disk by a header.
constexpr size_t kMaxTextBytes = 1024;
constexpr size_t kMaxHosts = 256;

std::string bounded(const std::string& text) { return text.substr(0, kMaxTextBytes); }

void add(Json& line, const char* name, const std::string& text) {
  if (!text.empty()) line[name] = bounded(text);
}

void add(Json& line, const char* name, uint64_t number) {
  if (number > 0) line[name] = number;
}

void add(Json& line, const char* name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  Json& list = line[name] = Json::array();
  for (const auto& text : texts) {
    if (list.size() == kMaxHosts) break;
    list.push_back(bounded(text));
  }
}

}  // namespace

std::string auditLine(const AuditEvent& event) {
  Json line;
  line["time"] = utcText(event.time, true);
  add(line, "writer", event.writer);
  line["number"] = event.number;
  add(line, "kind", event.kind);
  add(line, "verdict", event.verdict);
  add(line, "tenant", event.tenant);
  add(line, "key", event.keyId);
  add(line, "request", event.requestId);
  add(line, "peer", event.peer);
  add(line, "session", event.sessionId);
  add(line, "job", event.jobId);
  add(line, "language", event.language);
  add(line, "profile", event.profile);
  add(line, "code_sha256", event.codeSha256);
  if (event.exitCode) line["exit_code"] = *event.exitCode;
  add(line, "cpu_micros", event.cpuMicros);
  add(line, "wall_micros", event.wallMicros);
  add(line, "peak_memory_bytes", event.peakMemoryBytes);
  add(line, "egress_up_bytes", event.egressUpBytes);
  add(line, "egress_down_bytes", event.egressDownBytes);
  add(line, "hosts", event.hosts);
  add(line, "denied_hosts", event.deniedHosts);
  add(line, "lost", event.lost);
  add(line, "detail", event.detail);
  return line.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace brood::recorder
