#include "gateway/http/origin_policy.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/host_address.h"

namespace brood::gateway {
namespace {

constexpr size_t kMaxNameInError = 128;

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

std::string quoted(std::string_view text) {
  if (text.size() <= kMaxNameInError) return "'" + std::string(text) + "'";
  return "'" + std::string(text.substr(0, kMaxNameInError)) + "...'";
}

// "name" of "name:8080", "[::1]" of "[::1]:8080".
std::string_view withoutPort(std::string_view host) {
  const size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || host.ends_with(']')) return host;
  const auto port = host.substr(colon + 1);
  const bool isPort = port.find_first_not_of("0123456789") == std::string_view::npos;
  return isPort ? host.substr(0, colon) : host;
}

bool isIpv6(const std::string& host) { return host.find(':') != std::string::npos; }

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// A page that we have served ourselves: behind a proxy that speaks TLS too.
bool isOwnOrigin(const HttpRequest& request) {
  if (!request.host) return false;
  const std::string host = lowered(*request.host), origin = lowered(*request.origin);
  return origin == "http://" + host || origin == "https://" + host;
}

ApiError originNotAllowed(std::string message) {
  return {403,
          "origin_not_allowed",
          std::move(message) + "; gateway.allowed_origins says whose may",
          {},
          {}};
}

}  // namespace

OriginPolicy::OriginPolicy(const GatewayConfig& config, bool onLoopback) {
  for (const auto& origin : config.allowedOrigins) origins_.push_back(lowered(origin));
  if (!onLoopback) return;
  hosts_ = {"localhost", "127.0.0.1", "[::1]", lowered(config.host)};
  if (isIpv6(config.host) && config.host.front() != '[') {
    hosts_.push_back("[" + lowered(config.host) + "]");
  }
  for (const auto& host : config.allowedHosts) hosts_.push_back(lowered(host));
}

std::optional<ApiError> OriginPolicy::refusal(const HttpRequest& request) const {
  if (!isKnownHost(request)) {
    return ApiError{421,
                    "host_not_allowed",
                    "Host " + quoted(*request.host) +
                        " is no name of this machine; gateway.allowed_hosts says which others are",
                    {},
                    {}};
  }
  if (isAllowed(request)) return {};
  if (request.origin && !isOwnOrigin(request)) {
    return originNotAllowed("web pages of " + quoted(*request.origin) + " may not send requests");
  }
  if (!request.fetchSite) return {};
  const std::string site = lowered(*request.fetchSite);
  if (site == "same-origin" || site == "none") return {};
  return originNotAllowed("web pages of other origins may not send requests");
}

bool OriginPolicy::isAllowed(const HttpRequest& request) const {
  return request.origin && contains(origins_, lowered(*request.origin));
}

bool OriginPolicy::isKnownHost(const HttpRequest& request) const {
  // Without a Host it is HTTP/1.0, which no browser speaks.
  if (hosts_.empty() || !request.host) return true;
  const std::string host = lowered(*request.host);
  return contains(hosts_, host) || contains(hosts_, withoutPort(host));
}

HttpResponse preflightAnswer(const std::string& methods) {
  HttpResponse response;
  response.status = 204;
  response.headers = {{"Access-Control-Allow-Methods", methods},
                      {"Access-Control-Allow-Headers", "Authorization, Content-Type, X-API-Key"},
                      {"Access-Control-Max-Age", "600"}};
  return response;
}

}  // namespace brood::gateway
