#pragma once
// Which web pages may send requests: none, unless they are allowed.

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "gateway/http/error_response.h"
#include "gateway/http/message.h"

namespace brood::gateway {

// A browser sends requests for whatever page is open in it, from inside of what protects us from
// strangers. It says so: by Origin (RFC 6454, Fetch), Sec-Fetch-Site (Fetch Metadata) and, where a
// name of the page's own leads to our address ("DNS rebinding"), by Host. Other clients send
// neither of the first two.
class OriginPolicy {
 public:
  // Allows no origin but our own and any Host.
  OriginPolicy() = default;
  // `onLoopback`: only names of this machine are taken as Host.
  OriginPolicy(const GatewayConfig& config, bool onLoopback);

  // 421 `host_not_allowed` or 403 `origin_not_allowed`; nothing if the request may pass.
  std::optional<ApiError> refusal(const HttpRequest& request) const;
  // Whether its answer is to say that pages of its Origin may read it.
  bool isAllowed(const HttpRequest& request) const;

 private:
  bool isKnownHost(const HttpRequest& request) const;

  std::vector<std::string> origins_;  // In lower case, as browsers send them.
  std::vector<std::string> hosts_;    // In lower case; empty: any.
};

// The answer to a page's question (CORS preflight) whether it may send what it is allowed to.
HttpResponse preflightAnswer(const std::string& methods);

}  // namespace brood::gateway
