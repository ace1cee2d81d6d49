#include "gateway/http/server.h"

#include <arpa/inet.h>
#include <kj/debug.h>
#include <netinet/in.h>

#include "base/plain_text.h"
#include "gateway/http/error_response.h"

namespace brood::gateway {
namespace {

// Out of descriptors, say: wait for some to come back instead of spinning.
constexpr auto kAcceptPause = 100 * kj::MILLISECONDS;
// Connections over the limit that are being told so at the same time; more are just closed.
constexpr uint32_t kMaxTurnedAway = 64;
constexpr auto kTurnAwayTime = 1 * kj::SECONDS;

// "192.0.2.1:40000"; empty if the socket has none.
std::string addressOf(kj::AsyncIoStream& stream) {
  sockaddr_storage address{};
  kj::uint length = sizeof(address);
  stream.getpeername(reinterpret_cast<sockaddr*>(&address), &length);
  char text[INET6_ADDRSTRLEN];
  if (address.ss_family == AF_INET) {
    const auto& ipv4 = reinterpret_cast<const sockaddr_in&>(address);
    if (::inet_ntop(AF_INET, &ipv4.sin_addr, text, sizeof(text)) == nullptr) return "";
    return std::string(text) + ":" + std::to_string(ntohs(ipv4.sin_port));
  }
  if (address.ss_family != AF_INET6) return "";
  const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(address);
  if (::inet_ntop(AF_INET6, &ipv6.sin6_addr, text, sizeof(text)) == nullptr) return "";
  return "[" + std::string(text) + "]:" + std::to_string(ntohs(ipv6.sin6_port));
}

}  // namespace

HttpServer::HttpServer(kj::Timer& timer, const HttpSettings& settings, const Router& router,
                       HttpMetrics& metrics, MemoryBudget& budget, spdlog::logger& logger,
                       RequestGuard* guard)
    : timer_(timer),
      settings_(settings),
      metrics_(metrics),
      logger_(logger),
      budget_(budget),
      context_{settings, timer, date_, router, metrics, budget, waiting_, guard},
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
            // A connection that is reset already has no address any more: its own affair.
            auto failed = kj::runCatchingExceptions([&]() { place(kj::mv(stream)); });
            KJ_IF_MAYBE (exception, failed) {
              logger_.debug("connection: {}", plainText(*exception));
            }
            return kj::READY_NOW;
          },
          [this](kj::Exception&& exception) -> kj::Promise<void> {
            logger_.warn("accept: {}", plainText(exception));
            return timer_.afterDelay(kAcceptPause);
          })
      .then([this] { return acceptNext(); });
}

void HttpServer::place(kj::Own<kj::AsyncIoStream> stream) {
  if (connections_.size() + handshaking_ < settings_.maxConnections) {
    adopt(kj::mv(stream));
  } else if (!waiting_.empty()) {
    metrics_.noteMadeRoom();
    waiting_.front()->makeRoom();
    adopt(kj::mv(stream));
  } else {
    metrics_.noteTurnedAway();
    // A client that speaks TLS would not understand plain text.
    const bool isPlain = !settings_.handshake;
    if (isPlain && turnedAway_ < kMaxTurnedAway) tasks_.add(turnAway(kj::mv(stream)));
  }
}

void HttpServer::adopt(kj::Own<kj::AsyncIoStream> stream) {
  Peer peer;
  if (context_.guard != nullptr) peer.address = addressOf(*stream);
  if (!settings_.handshake) return serve(kj::mv(stream), std::move(peer));
  ++handshaking_;
  tasks_.add(settings_.handshake(kj::mv(stream))
                 .then([this, peer = std::move(peer)](SecuredStream secured) mutable {
                   peer.certificate = std::move(secured.certificate);
                   serve(kj::mv(secured.stream), std::move(peer));
                 })
                 .attach(kj::defer([this] { --handshaking_; })));
}

void HttpServer::serve(kj::Own<kj::AsyncIoStream> stream, Peer peer) {
  auto connection = kj::heap<Connection>(kj::mv(stream), context_, std::move(peer));
  auto* key = connection.get();
  connections_.insert(key);
  if (isRetiring_) connection->retire();
  metrics_.noteConnections(connections_.size());
  auto forget = kj::defer([this, key] {
    connections_.erase(key);
    metrics_.noteConnections(connections_.size());
  });
  tasks_.add(kj::evalNow([&] { return key->run(); }).attach(kj::mv(connection), kj::mv(forget)));
}

kj::Promise<void> HttpServer::turnAway(kj::Own<kj::AsyncIoStream> stream) {
  ++turnedAway_;
  auto share = kj::heap<BufferShare>(budget_);
  auto writer = kj::heap<ResponseWriter>(*stream, timer_, date_, *share, kTurnAwayTime);
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
      .attach(kj::mv(writer), kj::mv(share), kj::mv(stream), kj::defer([this] { --turnedAway_; }));
}

void HttpServer::retire() {
  isRetiring_ = true;
  for (auto* connection : connections_) connection->retire();
}

kj::Promise<void> HttpServer::drain() {
  accepting_ = kj::READY_NOW;
  receiver_ = nullptr;
  // Draining an idle connection ends it, though not before the loop's next turn.
  for (auto* connection : connections_) connection->drain();
  return whenIdle();
}

void HttpServer::taskFailed(kj::Exception&& exception) {
  logger_.debug("connection: {}", plainText(exception));
}

}  // namespace brood::gateway
