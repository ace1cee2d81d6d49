#include "egress/proxies/http_connection.h"

#include "egress/protocols/refusal_response.h"

namespace brood::egress {
namespace {

namespace http = boost::beast::http;

}  // namespace

HttpConnection::HttpConnection(ClientContext context, kj::Own<kj::AsyncIoStream> stream)
    : context_(context),
      settings_(context.services.settings),
      client_(kj::mv(stream), settings_->headBytes),
      silence_(context.services.timer, context.job.longestSilence()) {}

kj::Promise<void> HttpConnection::run() { return serveNext(); }

kj::Promise<void> HttpConnection::serveNext() {
  reader_ = kj::heap<HttpRequestReader>(settings_->headBytes);
  auto late = context_.services.timer.afterDelay(settings_->headTimeout).then([] { return false; });
  return readHead()
      .exclusiveJoin(kj::mv(late))
      .then([this](bool isThere) -> kj::Promise<bool> {
        if (!isThere) return false;
        if (reader_->problem()) return end(textResponse(400, *reader_->problem()));
        settings_ = context_.services.settings;
        return serve();
      })
      .then([this](bool goesOn) -> kj::Promise<void> {
        if (!goesOn) return kj::READY_NOW;
        return serveNext();
      });
}

kj::Promise<bool> HttpConnection::readHead() {
  client_.consume(reader_->feedHead(client_.bytes()));
  if (reader_->hasHead() || reader_->problem()) return true;
  return client_.readMore().then([this](bool hasMore) -> kj::Promise<bool> {
    if (!hasMore) return false;
    return readHead();
  });
}

kj::Promise<bool> HttpConnection::exchange(const ProxyRequest& request,
                                           const std::string& authority,
                                           HttpExchange::FilterAnswer filter) {
  const auto& head = reader_->head();
  const bool expectsContinue =
      reader_->version() >= 11 && boost::beast::iequals(head[http::field::expect], "100-continue");
  silence_.notePassage();
  meter_ = kj::heap<JobMeter>(context_.job, server_->use);
  exchange_ = kj::heap<HttpExchange>(*reader_, client_, *server_, *meter_, silence_,
                                     settings_->headBytes, std::move(filter));
  return exchange_
      ->run(headForServer(request, authority, reader_->framing()), request.method == "HEAD",
            expectsContinue)
      .exclusiveJoin(silence_.whenSilent().then([]() -> HttpExchange::End {
        return {false, false, {}};
      }))
      .then([this](HttpExchange::End&& ended) { return finish(std::move(ended)); });
}

kj::Promise<bool> HttpConnection::finish(HttpExchange::End ended) {
  exchange_ = nullptr;
  if (!ended.keepsServer) server_ = nullptr;
  if (!ended.problem.empty()) {
    return end(textResponse(502, "brood egress: " + ended.problem));
  }
  return ended.keepsClient;
}

kj::Promise<bool> HttpConnection::end(std::string text) {
  return sayLast(context_.services.timer, client_.stream(), std::move(text)).then([] {
    return false;
  });
}

kj::Promise<bool> HttpConnection::refuse(const Refusal& refusal) {
  return end(refusalResponse(refusal));
}

bool HttpConnection::hasServerFor(const std::string& key) const {
  return server_.get() != nullptr && server_->isGoodFor(key);
}

}  // namespace brood::egress
