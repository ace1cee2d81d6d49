#include "gateway/http/server.h"

#include <kj/debug.h>

#include "gateway/http/error_response.h"

namespace brood {
namespace {

// Out of descriptors, say: wait for some to come back instead of spinning.
constexpr auto kAcceptPause = 100 * kj::MILLISECONDS;
// Connections over the limit that are being told so at the same time; more are just closed.
constexpr uint32_t kMaxTurnedAway = 64;
constexpr auto kTurnAwayTime = 1 * kj::SECONDS;

}  // namespace

HttpServer::HttpServer(kj::Timer& timer, const HttpSettings& settings, const Router& router,
                       HttpMetrics& metrics, spdlog::logger& logger)
    : timer_(timer),
      settings_(settings),
      router_(router),
      metrics_(metrics),
      logger_(logger),
      tasks_(*this) {}

HttpServer::~HttpServer() noexcept(false) = default;

void HttpServer::accept(kj::Own<kj::ConnectionReceiver> receiver) {
  receiver_ = kj::mv(receiver);
  accepting_ = acceptNext().eagerlyEvaluate(
      [this](kj::Exception&& exception) { taskFailed(kj::mv(exception)); });
}

kj::Promise<void> HttpServer::acceptNext() {
  auto& receiver = *KJ_REQUIRE_NONNULL(receiver_);
  return receiver.accept()
      .then(
          [this](kj::Own<kj::AsyncIoStream> stream) -> kj::Promise<void> {
            if (connections_.size() < settings_.maxConnections) {
              adopt(kj::mv(stream));
            } else {
              metrics_.noteTurnedAway();
              if (turnedAway_ < kMaxTurnedAway) tasks_.add(turnAway(kj::mv(stream)));
            }
            return kj::READY_NOW;
          },
          [this](kj::Exception&& exception) -> kj::Promise<void> {
            logger_.warn("accept: {}", exception.getDescription().cStr());
            return timer_.afterDelay(kAcceptPause);
          })
      .then([this] { return acceptNext(); });
}

void HttpServer::adopt(kj::Own<kj::AsyncIoStream> stream) {
  auto connection =
      kj::heap<Connection>(kj::mv(stream), settings_, timer_, date_, router_, metrics_);
  auto* key = connection.get();
  connections_.insert(key);
  metrics_.noteConnections(connections_.size());
  auto forget = kj::defer([this, key] {
    connections_.erase(key);
    metrics_.noteConnections(connections_.size());
  });
  tasks_.add(kj::evalNow([&] { return key->run(); }).attach(kj::mv(connection), kj::mv(forget)));
}

kj::Promise<void> HttpServer::turnAway(kj::Own<kj::AsyncIoStream> stream) {
  ++turnedAway_;
  auto writer = kj::heap<ResponseWriter>(*stream, timer_, date_, kTurnAwayTime);
  HttpRequest unread;
  unread.keepAlive = false;
  writer->begin(unread);
  auto sent = writer->send(errorResponse(
      {503, "overloaded", "the gateway has as many connections as it may", {}, 1000}));
  auto& borrowed = *stream;
  return sent
      .then([this, &borrowed] {
        // Until the client's FIN, or for as long as one may occupy this place.
        borrowed.shutdownWrite();
        return borrowed.readAllBytes(64 * 1024).ignoreResult().exclusiveJoin(
            timer_.afterDelay(kTurnAwayTime));
      })
      .attach(kj::mv(writer), kj::mv(stream), kj::defer([this] { --turnedAway_; }));
}

kj::Promise<void> HttpServer::drain() {
  accepting_ = kj::READY_NOW;
  receiver_ = nullptr;
  // Draining an idle connection ends it, though not before the loop's next turn.
  for (auto* connection : connections_) connection->drain();
  return whenIdle();
}

void HttpServer::taskFailed(kj::Exception&& exception) {
  logger_.debug("connection: {}", exception.getDescription().cStr());
}

}  // namespace brood
