#pragma once
// The desk that sessions pass: their tenant's limits, the books, the audit log. Their cells and
// commands pass the desk of jobs.

#include <optional>
#include <string>
#include <variant>

#include "config/config.h"
#include "gateway/jobs/job_desk.h"
#include "gateway/sessions/words/session_orders.h"

namespace brood::gateway {

// One act of a request on a session or its files, for the audit log.
struct SessionAct {
  const char* kind = "session";  // "session", "file"
  std::string verdict;           // "opened", "closed", "written"
  std::string sessionId;
  std::string language = {};
  std::string profile = {};
  std::string detail = {};
};

class SessionDesk {
 public:
  // The parts are borrowed.
  SessionDesk(const JobDesk::Parts& parts, const Config& config)
      : parts_(parts), limits_(config.limits) {}

  // Null: the session may be opened, with `limits` as they have become. Else why not: 400 for what
  // the tenant may not ask for, 503 while nothing can be written down. Refusals are written down.
  std::optional<ApiError> admit(const Sender& sender, SessionOrder& order);
  // Null: the request may do something. Else 503, while nothing can be written down.
  std::optional<ApiError> refusal() const;

  // The tenant whose sessions the sender sees; empty where nobody is asked for a key.
  std::string tenantOf(const Sender& sender) const;
  // How many the tenant may have open; 0: any number.
  uint32_t sessionsOf(const Sender& sender);

  void note(const Sender& sender, SessionAct act);
  // One of the tenant's has been opened.
  void count(const Sender& sender);

 private:
  std::optional<ApiError> judge(const Sender& sender, SessionOrder& order);
  bool isWrittenDown() const;

  const JobDesk::Parts parts_;
  const LimitsConfig limits_;
};

}  // namespace brood::gateway
