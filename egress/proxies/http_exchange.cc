#include "egress/proxies/http_exchange.h"

#include <kj/debug.h>

#include <ostream>

#include "base/plain_text.h"

namespace brood::egress {
namespace {

constexpr char kContinue[] = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr unsigned kSwitchingProtocols = 101;

}  // namespace

kj::Promise<HttpExchange::End> HttpExchange::run(std::string head, bool isHead,
                                                 bool expectsContinue) {
  head_ = std::move(head);
  isHead_ = isHead;
  // A request that is stopped on its way is heard of from the answer, or from there being none.
  sending_ = sendRequest(expectsContinue)
                 .then([this] { isSent_ = true; }, [](kj::Exception&&) {})
                 .eagerlyEvaluate(nullptr);
  return readAnswerHead()
      .then([this] { return passAnswer(); })
      .catch_([this](kj::Exception&& exception) -> End {
        if (hasAnswered_) kj::throwFatalException(kj::mv(exception));
        return {false, false, plainText(exception)};
      });
}

kj::Promise<void> HttpExchange::sendRequest(bool expectsContinue) {
  silence_.notePassage();
  auto sent = meter_.pass(Direction::up, head_.size()).then([this] {
    return server_.buffered.stream().write(head_.data(), head_.size());
  });
  if (request_.isDone()) return sent;
  if (expectsContinue) {
    sent = sent.then([this] { return client_.stream().write(kContinue, sizeof(kContinue) - 1); });
  }
  const bool hasChunks = request_.framing().kind == Framing::Kind::chunked;
  up_ = kj::heap<BodyPump<true>>(request_, client_, server_.buffered.stream(), hasChunks, meter_,
                                 silence_);
  return sent.then([this] { return up_->run(); });
}

kj::Promise<void> HttpExchange::readAnswerHead() {
  auto& from = server_.buffered;
  if (answer_.get() == nullptr) {
    answer_ = kj::heap<HttpResponseReader>(maxHeadBytes_);
    if (isHead_) answer_->expectNoBody();
  }
  from.consume(answer_->feedHead(from.bytes()));
  KJ_REQUIRE(!answer_->problem(), "the server's answer is malformed");
  if (answer_->hasHead()) {
    const auto status = answer_->head().result_int();
    KJ_REQUIRE(status != kSwitchingProtocols, "the server switches to a protocol nobody asked for");
    if (status >= 200) return kj::READY_NOW;
    // An interim answer (RFC 9110, 15.2); the next head follows.
    answer_ = nullptr;
    return readAnswerHead();
  }
  return from.readMore().then([this](bool hasMore) {
    KJ_REQUIRE(hasMore, "the server closed the connection without an answer");
    return readAnswerHead();
  });
}

std::string HttpExchange::answerHead() {
  const auto& head = answer_->head();
  Fields fields = fieldsToPassOn(head);
  filter_(fields);
  Framing framing = answer_->framing();
  // HTTP/1.0 knows no chunks; the end of the connection is the end of the body then.
  if (framing.kind == Framing::Kind::chunked && request_.version() < 11) {
    framing.kind = Framing::Kind::untilEnd;
  }
  keepsClient_ = request_.keepsAlive() && framing.kind != Framing::Kind::untilEnd;
  return "HTTP/1.1 " + std::to_string(head.result_int()) + " " + std::string(head.reason()) +
         "\r\n" + textOf(fields) + textOf(framing) +
         (keepsClient_ ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

kj::Promise<HttpExchange::End> HttpExchange::passAnswer() {
  answerHead_ = answerHead();
  hasAnswered_ = true;
  silence_.notePassage();
  const bool hasChunks =
      answer_->framing().kind == Framing::Kind::chunked && request_.version() >= 11;
  down_ = kj::heap<BodyPump<false>>(*answer_, server_.buffered, client_.stream(),
                                    hasChunks && !answer_->isDone(), meter_, silence_);
  return meter_.pass(Direction::down, answerHead_.size())
      .then([this] { return client_.stream().write(answerHead_.data(), answerHead_.size()); })
      .then([this] { return down_->run(); })
      .then([this] { return endOf(); });
}

HttpExchange::End HttpExchange::endOf() {
  return {keepsClient_ && isSent_, answer_->keepsAlive() && isSent_, {}};
}

}  // namespace brood::egress
