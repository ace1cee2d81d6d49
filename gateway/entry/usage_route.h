#pragma once
// GET /v1/usage: what a tenant has used, and what is left of its quotas.

#include <kj/async.h>

#include "gateway/http/router.h"
#include "gateway/quotas/tenant_gate.h"

namespace brood::gateway {

class UsageRoute {
 public:
  // Borrowed. Without a gate nothing is counted: 404.
  UsageRoute(TenantGate* gate, const AccessClock& clock) : gate_(gate), clock_(&clock) {}

  // The tenant of the key, or with a key of the scope admin that of ?tenant=.
  kj::Promise<void> handle(HttpRequest& request, ResponseWriter& writer);

 private:
  std::string usageJson(const std::string& tenant) const;

  TenantGate* gate_;
  const AccessClock* clock_;
};

}  // namespace brood::gateway
