#pragma once
// One client that speaks HTTP to the broker, request after request.

#include <boost/beast/core/string.hpp>
#include <memory>

#include "egress/proxies/client_connection.h"
#include "egress/proxies/http_exchange.h"

namespace brood::egress {

// Every request is decided for itself, with the list that is there then: what the one before it was
// allowed says nothing.
class HttpConnection {
 public:
  HttpConnection(ClientContext context, kj::Own<kj::AsyncIoStream> stream);
  virtual ~HttpConnection() noexcept(false) = default;
  KJ_DISALLOW_COPY(HttpConnection);

  kj::Promise<void> run();

 protected:
  // Serves the request whose head is there. False: the connection is over.
  virtual kj::Promise<bool> serve() = 0;

  // Passes the request on over `server_`, which stands.
  kj::Promise<bool> exchange(const ProxyRequest& request, const std::string& authority,
                             HttpExchange::FilterAnswer filter);
  kj::Promise<bool> end(std::string text);
  kj::Promise<bool> refuse(const Refusal& refusal);
  // Where a server is asked again, the connection to it is still good and still allowed.
  bool hasServerFor(const std::string& key) const;

  const ClientContext context_;
  // As it was when the request came.
  SettingsPtr settings_;
  BufferedStream client_;
  kj::Own<HttpRequestReader> reader_;
  kj::Own<ServerConnection> server_;

 private:
  kj::Promise<void> serveNext();
  kj::Promise<bool> readHead();
  kj::Promise<bool> finish(HttpExchange::End end);

  SilenceWatch silence_;
  kj::Own<JobMeter> meter_;
  kj::Own<HttpExchange> exchange_;
};

}  // namespace brood::egress
