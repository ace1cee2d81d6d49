#pragma once
// The calls of Supabase's interfaces that the sink makes: rows by PostgREST, files by Storage.

#include <string>
#include <string_view>
#include <vector>

#include "recorder/exports/http_client.h"
#include "rpc/records/audit_event.h"

namespace brood::recorder {

struct SupabaseSettings {
  std::string url{};  // "https://PROJECT.supabase.co"
  std::string key{};  // A service key: it is in no log, and in no message.
  std::string table = "brood_executions";
  std::string bucket{};  // Empty: no files.
};

// The row of something that has ended, as a JSON object with the same members for every event:
// PostgREST takes only such together. Its id is who wrote the event and the number it has there, so
// that the same event is the same row however often it comes.
std::string executionRow(const AuditEvent& event);

class SupabaseClient {
 public:
  // Borrowed.
  SupabaseClient(const SupabaseSettings& settings, HttpClient& http);

  // One row of an id replaces the other. Of two with one id in `rows` the later is sent.
  HttpReply postRows(const std::vector<std::string>& rows);
  // Replaces an object of that name.
  HttpReply postFile(const std::string& path, std::string_view bytes);

 private:
  std::vector<std::string> headers(const std::string& type) const;

  const SupabaseSettings& settings_;
  HttpClient& http_;
  std::string base_;
};

// Each byte that has a meaning in a URL's path as %XX; slashes stay.
std::string encodedPath(std::string_view path);

}  // namespace brood::recorder
