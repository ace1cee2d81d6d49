// One client of the HTTP proxy: tunnels by CONNECT, and requests to be passed on.

#include <kj/debug.h>

#include "egress/protocols/refusal_response.h"
#include "egress/proxies/http_connection.h"
#include "egress/proxies/tunnel_run.h"

namespace brood::egress {
namespace {

constexpr char kEstablished[] = "HTTP/1.1 200 Connection established\r\n\r\n";

class ProxyConnection final : public HttpConnection {
 public:
  using HttpConnection::HttpConnection;

 private:
  kj::Promise<bool> serve() override {
    auto read = readProxyRequest(*reader_);
    if (const auto* problem = std::get_if<RequestProblem>(&read)) {
      return end(textResponse(problem->status, problem->text));
    }
    request_ = std::get<ProxyRequest>(std::move(read));
    if (!request_.isTunnel && isAllowedOnSameServer()) return passOn();
    server_ = nullptr;
    return reach(context_.services, settings_, settings_->policy, context_.job, request_.host,
                 request_.port)
        .then([this](Reaching&& reaching) -> kj::Promise<bool> {
          if (const auto* refusal = std::get_if<Refusal>(&reaching)) return refuse(*refusal);
          auto& reached = std::get<Reached>(reaching);
          if (request_.isTunnel) return tunnel(kj::mv(reached));
          adopt(kj::mv(reached));
          return passOn();
        });
  }

  // The key of a server is the host as it is compared, so that "A" and "a" are one.
  std::string keyOf(const Host& host) const {
    return textOf(host) + ":" + std::to_string(request_.port);
  }

  // A request for the server of the one before: decided anew, with the addresses that are known.
  bool isAllowedOnSameServer() {
    const auto host = readHost(request_.host);
    const auto* name = std::get_if<HostName>(&host);
    if (name == nullptr || !hasServerFor(keyOf(*name))) return false;
    return isStillAllowed(server_->target, settings_->policy, context_.job.narrowing(),
                          settings_->surroundings);
  }

  void adopt(Reached reached) {
    const int fd = KJ_REQUIRE_NONNULL(reached.stream->getFd());
    watchTarget(context_.connection, context_.job, reached.target);
    server_ = kj::heap<ServerConnection>(keyOf(reached.target.host()), kj::mv(reached.stream), fd,
                                         reached.use, reached.target, settings_->headBytes);
  }

  kj::Promise<bool> passOn() {
    const auto* address = std::get_if<IpAddress>(&server_->target.host());
    const std::string host = address ? address->urlText() : textOf(server_->target.host());
    const bool isUsual = request_.port == 80;
    return exchange(request_, isUsual ? host : host + ":" + std::to_string(request_.port),
                    [](Fields&) {});
  }

  kj::Promise<bool> tunnel(Reached reached) {
    return client_.stream()
        .write(kEstablished, sizeof(kEstablished) - 1)
        .then([this, reached = kj::mv(reached)]() mutable {
          return runTunnel(context_.services, context_.job, context_.connection, client_,
                           kj::mv(reached));
        })
        .then([] { return false; });
  }

  ProxyRequest request_;
};

}  // namespace

kj::Promise<void> serveHttpProxy(ClientContext context, kj::Own<kj::AsyncIoStream> stream) {
  auto connection = kj::heap<ProxyConnection>(context, kj::mv(stream));
  auto served = connection->run();
  return served.attach(kj::mv(connection));
}

}  // namespace brood::egress
