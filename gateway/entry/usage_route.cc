#include "gateway/entry/usage_route.h"

#include <nlohmann/json.hpp>

#include "gateway/http/error_response.h"
#include "gateway/http/query.h"

namespace brood::gateway {
namespace {

using Json = nlohmann::ordered_json;

Json countersJson(const UsageCounters& counters) {
  Json json;
  for (const auto& usage : kUsages) json[usage.name] = counters.*usage.value;
  return json;
}

Json quotaJson(const QuotaState& quota) {
  Json json{{"name", quota.name}, {"limit", quota.limit}, {"remaining", quota.remaining}};
  if (quota.windowSeconds > 0) {
    json["window_seconds"] = quota.windowSeconds;
    json["reset_seconds"] = quota.resetSeconds;
  }
  return json;
}

}  // namespace

std::string UsageRoute::usageJson(const std::string& tenant) const {
  const std::string day = utcDay(clock_->wallMillis());
  Json json{{"tenant", tenant}, {"day", day}};
  json["today"] = countersJson(gate_->book().look(tenant, day));
  json["jobs_in_flight"] = gate_->jobsInFlight(tenant);
  json["quotas"] = Json::array();
  for (const auto& quota : gate_->quotas(tenant)) json["quotas"].push_back(quotaJson(quota));
  json["days"] = Json::object();
  const auto& tenants = gate_->book().tenants();
  if (const auto found = tenants.find(tenant); found != tenants.end()) {
    for (const auto& [each, counters] : found->second) json["days"][each] = countersJson(counters);
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

kj::Promise<void> UsageRoute::handle(HttpRequest& request, ResponseWriter& writer) {
  if (gate_ == nullptr || !request.sender) {
    return writer.send(errorResponse(
        {404, "not_found", "nobody is asked for a key here, and nothing is counted", {}, {}}));
  }
  std::string tenant = request.sender->tenant;
  if (const auto asked = queryValue(request.query, "tenant"); asked && *asked != tenant) {
    if (!request.sender->scopes.admin) {
      return writer.send(errorResponse({403,
                                        "scope_missing",
                                        "only a key of the scope admin sees another tenant's usage",
                                        "tenant",
                                        {}}));
    }
    if (!gate_->isKnown(*asked)) {
      return writer.send(
          errorResponse({404, "not_found", "there is no such tenant", "tenant", {}}));
    }
    tenant = *asked;
  }
  HttpResponse response;
  response.body = usageJson(tenant);
  return writer.send(std::move(response));
}

}  // namespace brood::gateway
