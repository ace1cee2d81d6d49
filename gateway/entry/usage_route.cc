#include "gateway/entry/usage_route.h"

#include <nlohmann/json.hpp>

#include "gateway/http/error_response.h"

namespace brood::gateway {
namespace {

using Json = nlohmann::ordered_json;

int digitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digitOf(text[i + 1]) >= 0 &&
        digitOf(text[i + 2]) >= 0) {
      result += static_cast<char>(digitOf(text[i + 1]) << 4 | digitOf(text[i + 2]));
      i += 2;
    } else {
      result += text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

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

std::optional<std::string> queryValue(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (decoded(pair.substr(0, equals)) != name) continue;
    return equals == std::string_view::npos ? "" : decoded(pair.substr(equals + 1));
  }
  return std::nullopt;
}

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
