#pragma once
// Quotas as response headers: RateLimit-Policy and RateLimit as structured fields, in the form of
// the IETF's draft-ietf-httpapi-ratelimit-headers from its eighth version on.

#include <string>
#include <utility>
#include <vector>

#include "gateway/quotas/tenant_gate.h"

namespace brood::gateway {

// RateLimit-Policy: "jobs_per_minute";q=600;w=60, "jobs_at_once";q=8;qu="concurrent-requests"
// RateLimit: "jobs_per_minute";r=599;t=0, "jobs_at_once";r=7
// Nothing for a tenant without quotas.
std::vector<std::pair<std::string, std::string>> rateHeaders(const std::vector<QuotaState>& quotas);

}  // namespace brood::gateway
