#include "egress/protocols/proxy_request.h"

#include <boost/beast/core/string.hpp>
#include <optional>

#include "egress/policy/host_name.h"
#include "egress/protocols/authority.h"

namespace brood::egress {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr uint16_t kHttpPort = 80;
constexpr std::string_view kScheme = "http://";

std::string_view asStd(beast::string_view text) { return {text.data(), text.size()}; }

bool startsWithScheme(std::string_view target) {
  return target.size() >= kScheme.size() &&
         beast::iequals({target.data(), kScheme.size()}, {kScheme.data(), kScheme.size()});
}

// Compared as what they are read as; what cannot be read is refused by the policy, by the target.
bool isSameHost(std::string_view one, std::string_view other) {
  const auto first = readHost(one), second = readHost(other);
  if (first.index() != second.index()) return false;
  if (const auto* name = std::get_if<HostName>(&first)) return *name == std::get<HostName>(second);
  if (const auto* address = std::get_if<IpAddress>(&first)) {
    return *address == std::get<IpAddress>(second);
  }
  return one == other;
}

// A server that is asked for one host by the target and for another by Host may answer as either.
std::optional<RequestProblem> whyHostDiffers(const HttpRequestReader& reader,
                                             const Authority& target, uint16_t defaultPort) {
  const auto& head = reader.head();
  const auto hosts = head.count(http::field::host);
  if (hosts > 1) return RequestProblem{400, "Host may be given once"};
  if (hosts == 0) {
    if (reader.version() < 11) return {};
    return RequestProblem{400, "HTTP/1.1 requires a Host header"};
  }
  const auto host = splitAuthority(asStd(head[http::field::host]));
  const uint16_t port = target.port.value_or(defaultPort);
  if (host && isSameHost(host->host, target.host) && host->port.value_or(defaultPort) == port) {
    return {};
  }
  return RequestProblem{400, "the Host header differs from the request's target"};
}

std::variant<ProxyRequest, RequestProblem> readTunnel(const HttpRequestReader& reader,
                                                      std::string_view target) {
  const auto authority = splitAuthority(target);
  if (!authority || !authority->port) {
    return RequestProblem{400, "CONNECT wants host:port"};
  }
  if (reader.framing().kind != Framing::Kind::none) {
    return RequestProblem{400, "CONNECT has no body"};
  }
  // Clients differ in whether Host repeats the port.
  if (auto problem = whyHostDiffers(reader, *authority, *authority->port)) return *problem;
  ProxyRequest request;
  request.isTunnel = true;
  request.host = std::string(authority->host);
  request.port = *authority->port;
  return request;
}

std::string pathOf(std::string_view rest) {
  const auto path = rest.substr(0, rest.find('#'));
  return path.starts_with('/') ? std::string(path) : "/" + std::string(path);
}

}  // namespace

std::variant<ProxyRequest, RequestProblem> readProxyRequest(const HttpRequestReader& reader) {
  const auto& head = reader.head();
  const auto target = asStd(head.target());
  if (head.method() == http::verb::connect) return readTunnel(reader, target);
  if (!startsWithScheme(target)) {
    return RequestProblem{400, "this is a proxy: it takes CONNECT host:port and http://host/path"};
  }
  const auto rest = target.substr(kScheme.size());
  const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  const auto authority = splitAuthority(rest.substr(0, end));
  if (!authority) return RequestProblem{400, "the target's port is none"};
  if (auto problem = whyHostDiffers(reader, *authority, kHttpPort)) return *problem;
  ProxyRequest request;
  request.host = std::string(authority->host);
  request.port = authority->port.value_or(kHttpPort);
  request.method = std::string(head.method_string());
  request.path = pathOf(rest.substr(end));
  request.fields = fieldsToPassOn(head);
  return request;
}

std::variant<ProxyRequest, RequestProblem> readOriginRequest(const HttpRequestReader& reader) {
  const auto& head = reader.head();
  const auto target = asStd(head.target());
  if (head.method() == http::verb::connect || !target.starts_with('/')) {
    return RequestProblem{400, "an alias takes /alias/path"};
  }
  if (head.count(http::field::host) > 1) return RequestProblem{400, "Host may be given once"};
  ProxyRequest request;
  request.method = std::string(head.method_string());
  request.path = pathOf(target);
  request.fields = fieldsToPassOn(head);
  return request;
}

std::string headForServer(const ProxyRequest& request, const std::string& authority,
                          const Framing& framing) {
  return request.method + " " + request.path + " HTTP/1.1\r\nHost: " + authority + "\r\n" +
         textOf(request.fields) + textOf(framing) + "\r\n";
}

}  // namespace brood::egress
