#pragma once
// All that stands between a request and a job where keys are asked for or jobs are recorded: keys,
// quotas, the recorder. Put together from the configuration.

#include <optional>
#include <string>

#include "config/config.h"
#include "gateway/access/access_plan.h"
#include "gateway/entry/entry_guard.h"
#include "gateway/entry/tls_front.h"
#include "gateway/entry/usage_route.h"
#include "gateway/jobs/job_desk.h"
#include "gateway/sessions/session_desk.h"

namespace brood::gateway {

class FrontDesk {
 public:
  // Reads the key file, if there is one. Throws ConfigError where that is not one.
  FrontDesk(const Config& config, const AccessPlan& plan);
  KJ_DISALLOW_COPY(FrontDesk);

  // Reads the certificate, where HTTPS is spoken. Throws ConfigError for one that cannot be used.
  void loadCertificate(kj::Timer& timer, kj::Duration handshakeTime);
  // Null: HTTP is spoken.
  TlsFront* tls() { return tls_ ? &*tls_ : nullptr; }

  // Connects to the recorder, where one is needed, and goes on to. Call once.
  void connect(kj::Network& network, kj::Timer& timer, spdlog::logger& logger);

  // Null: every request may pass, no job is asked for anything.
  RequestGuard* guard() { return guard_ ? &*guard_ : nullptr; }
  JobDesk* jobs() { return jobs_ ? &*jobs_ : nullptr; }
  SessionDesk* sessions() { return sessions_ ? &*sessions_ : nullptr; }
  UsageRoute& usage() { return usage_; }
  bool asksForKeys() const { return plan_.asksForKeys(); }

  // The gateway's and the recorder's, in Prometheus' text format.
  kj::Promise<std::string> metrics();
  // Resolves when all that has been noted has been kept.
  kj::Promise<void> whenKept();

 private:
  RecorderSettings recorderSettings() const;
  void takeKeys(std::string_view text);
  void takeFile(KeyFile file);
  void noteChanges(const KeyFile& before, const KeyFile& after);
  std::string newUsage();

  const Config& config_;
  const AccessPlan plan_;
  const SystemAccessClock clock_;
  Authenticator authenticator_;
  std::shared_ptr<const KeyRing> ring_;
  std::optional<TenantGate> gate_;
  uint64_t toldVersion_ = 0;  // The version of the gate's book.
  std::optional<TlsFront> tls_;
  std::optional<RecorderLink> recorder_;
  std::optional<EntryGuard> guard_;
  std::optional<JobDesk> jobs_;
  std::optional<SessionDesk> sessions_;
  UsageRoute usage_;
};

}  // namespace brood::gateway
