#pragma once
// Finds out by the key that a request presents who has sent it.

#include <memory>
#include <optional>
#include <variant>

#include "gateway/access/key_ring.h"
#include "gateway/http/error_response.h"
#include "gateway/http/request_guard.h"
#include "gateway/quotas/access_clock.h"

namespace brood::gateway {

class Authenticator {
 public:
  struct Settings {
    bool asksForKeys = false;
    bool metricsAreOpen = false;
  };

  // The clock is borrowed. Without a ring every key is unknown.
  Authenticator(const Settings& settings, const AccessClock& clock)
      : settings_(settings), clock_(clock) {}

  // From now on.
  void setRing(std::shared_ptr<const KeyRing> ring) { ring_ = std::move(ring); }
  bool asksForKeys() const { return settings_.asksForKeys; }

  struct Identity {
    std::string tenant;
    std::string keyId;
    Scopes scopes;
  };
  struct Refusal {
    ApiError error;  // 401 or 403.
    Identity known;  // As far as it is: of a key that has expired, or may not do this.
  };
  // In open mode every sender is the tenant "default" and may do everything. A refusal says what is
  // wrong with the key ("it has expired"), because that does not help to guess one.
  // A key that is presented counts before the certificate of the connection.
  std::variant<Identity, Refusal> identify(const HttpRequest& request, Need need,
                                           const std::string& certificate = {}) const;

 private:
  std::variant<Identity, Refusal> judge(const KeyRing::Found& found, Need need) const;
  bool isFree(Need need) const;

  const Settings settings_;
  const AccessClock& clock_;
  std::shared_ptr<const KeyRing> ring_;
};

// The answer: errorResponse() with WWW-Authenticate where a key is asked for.
HttpResponse refusalResponse(const ApiError& error);

}  // namespace brood::gateway
