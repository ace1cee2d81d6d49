#include "recorder/exports/supabase_client.h"

#include <map>
#include <nlohmann/json.hpp>

namespace brood::recorder {
namespace {

using nlohmann::json;

json textOrNull(const std::string& text) { return text.empty() ? json() : json(text); }

bool isUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// PostgreSQL has no NUL in a text.
std::string withoutNul(std::string text) {
  std::erase(text, '\0');
  return text;
}

}  // namespace

std::string executionRow(const AuditEvent& event) {
  const json row = {{"id", event.writer + "-" + std::to_string(event.number)},
                    {"finished_at", utcText(event.time, true)},
                    {"kind", event.kind},
                    {"tenant", event.tenant},
                    {"key_id", textOrNull(event.keyId)},
                    {"request_id", textOrNull(withoutNul(event.requestId))},
                    {"job_id", textOrNull(event.jobId.empty() ? event.sessionId : event.jobId)},
                    {"language", textOrNull(withoutNul(event.language))},
                    {"profile", textOrNull(withoutNul(event.profile))},
                    {"status", event.verdict},
                    {"exit_code", event.exitCode ? json(*event.exitCode) : json()},
                    {"code_sha256", textOrNull(event.codeSha256)},
                    {"cpu_micros", event.cpuMicros},
                    {"wall_micros", event.wallMicros},
                    {"peak_memory_bytes", event.peakMemoryBytes},
                    {"egress_up_bytes", event.egressUpBytes},
                    {"egress_down_bytes", event.egressDownBytes},
                    {"hosts", event.hosts},
                    {"denied_hosts", event.deniedHosts},
                    {"detail", textOrNull(withoutNul(event.detail))}};
  return row.dump(-1, ' ', false, json::error_handler_t::replace);
}

SupabaseClient::SupabaseClient(const SupabaseSettings& settings, HttpClient& http)
    : settings_(settings), http_(http), base_(settings.url) {
  while (base_.ends_with('/')) base_.pop_back();
}

std::vector<std::string> SupabaseClient::headers(const std::string& type) const {
  return {"apikey: " + settings_.key, "Authorization: Bearer " + settings_.key,
          "Content-Type: " + type};
}

HttpReply SupabaseClient::postRows(const std::vector<std::string>& rows) {
  // PostgreSQL refuses a statement that would change one row twice.
  std::map<std::string, const std::string*> byId;
  for (const auto& row : rows) {
    const json parsed = json::parse(row, nullptr, false);
    if (parsed.is_object() && parsed.contains("id")) byId[parsed["id"].dump()] = &row;
  }
  std::string body = "[";
  for (const auto& [id, row] : byId) {
    if (body.size() > 1) body += ",";
    body += *row;
  }
  body += "]";
  auto lines = headers("application/json");
  lines.push_back("Prefer: resolution=merge-duplicates,return=minimal");
  return http_.post(base_ + "/rest/v1/" + encodedPath(settings_.table) + "?on_conflict=id", lines,
                    body);
}

HttpReply SupabaseClient::postFile(const std::string& path, std::string_view bytes) {
  auto lines = headers("application/octet-stream");
  lines.push_back("x-upsert: true");
  return http_.post(
      base_ + "/storage/v1/object/" + encodedPath(settings_.bucket) + "/" + encodedPath(path),
      lines, bytes);
}

std::string encodedPath(std::string_view path) {
  std::string encoded;
  for (const char c : path) {
    if (isUnreserved(c) || c == '/') {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace brood::recorder
