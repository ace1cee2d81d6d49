#pragma once
// The sessions that there are, for people and for programs.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/session_client.h"

namespace brood::cli {

struct ListedSession {
  std::string id, language, profile, state;
  int64_t createdUnixMs = 0;
  int64_t expiresUnixMs = 0;
  uint64_t memoryBytes = 0;
  uint64_t cells = 0;
  std::vector<std::pair<std::string, std::string>> labels;

  static ListedSession of(rpc::SessionInfo::Reader info);
};

// All that have these labels, page by page.
std::vector<ListedSession> listSessions(
    SessionClient& client, const std::vector<std::pair<std::string, std::string>>& labels);

std::string sessionsTable(const std::vector<ListedSession>& sessions);
std::string sessionsJson(const std::vector<ListedSession>& sessions);

// Waits until nothing of it runs any more.
void closeSession(SessionClient& client, rpc::Session::Client session);

}  // namespace brood::cli
