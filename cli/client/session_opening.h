#pragma once
// A new session, as the command line wants it.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/session_client.h"
#include "config/job_limits.h"

namespace brood::cli {

struct SessionWish {
  std::string language;
  std::string profile;
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::pair<std::string, std::string>> files;  // Name there, content.
  JobLimits limits;
  uint64_t ttlMs = 0;
  uint64_t idleTimeoutMs = 0;
  std::string network;        // "on", "off"; empty: as is configured.
  uint32_t mostSessions = 0;  // The tenant's; 0: any number.
};

struct OpenSession {
  std::string id;
  std::string language;
  rpc::Session::Client session;
};

OpenSession openSession(SessionClient& client, const SessionWish& wish);

}  // namespace brood::cli
