#include "gateway/http/connection.h"

#include <kj/debug.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>

#include "gateway/http/error_response.h"
#include "rpc/job_trace.h"

namespace brood {
namespace {

// How long a finished connection waits for the peer's FIN. Closing with unread input would make
// the kernel send a reset, which can destroy the response before the client has read it.
constexpr auto kLingerTime = 2 * kj::SECONDS;
constexpr auto kFirstProbePause = 10 * kj::MILLISECONDS;
constexpr auto kLongestProbePause = 5 * kj::SECONDS;
// A chunk header or the trailers have to fit the buffer beside what the headers may take.
constexpr size_t kLeastBufferBytes = 16 * 1024;

}  // namespace

Connection::Connection(kj::Own<kj::AsyncIoStream> stream, const HttpSettings& settings,
                       kj::Timer& timer, HttpDate& date, const Router& router, HttpMetrics& metrics)
    : stream_(kj::mv(stream)),
      settings_(settings),
      timer_(timer),
      router_(router),
      metrics_(metrics),
      input_(*stream_, std::max(settings.maxHeaderBytes + 2, kLeastBufferBytes)),
      writer_(*stream_, timer, date, settings.writeTimeout),
      deadline_(timer.now()) {}

kj::Promise<void> Connection::run() {
  int enabled = 1;
  stream_->setsockopt(IPPROTO_TCP, TCP_NODELAY, &enabled, sizeof(enabled));
  return canceler_.wrap(serve());
}

void Connection::drain() {
  draining_ = true;
  writer_.closeAfterwards();
  if (phase_ == Phase::idle) canceler_.cancel("draining");
}

kj::Promise<void> Connection::serve() {
  return readRequest().then([this](Received received) -> kj::Promise<void> {
    switch (received) {
      case Received::nothing:
        return kj::READY_NOW;
      case Received::failure:
        return refuse();
      case Received::request:
        break;
    }
    return answer().then([this](bool goOn) -> kj::Promise<void> {
      if (!goOn) return kj::READY_NOW;
      if (!writer_.keepsAlive() || draining_) return closeGracefully();
      return serve();
    });
  });
}

kj::Promise<Connection::Received> Connection::readRequest() {
  reader_.emplace(RequestReader::Limits{settings_.maxHeaderBytes, settings_.maxBodyBytes});
  sentContinue_ = false;
  enterPhase(Phase::idle);
  return readMore();
}

void Connection::enterPhase(Phase phase) {
  phase_ = phase;
  if (phase == Phase::idle) deadline_ = timer_.now() + settings_.idleTimeout;
  if (phase == Phase::header) deadline_ = timer_.now() + settings_.headerTimeout;
  if (phase == Phase::body) deadline_ = timer_.now() + settings_.bodyTimeout;
}

kj::Promise<Connection::Received> Connection::readMore() {
  if (settings_.notesArrival) reader_->request().arrivedNanos = JobTrace::nowNanos();
  input_.consume(reader_->feed(input_.bytes()));
  switch (reader_->state()) {
    case RequestReader::State::complete:
      return Received::request;
    case RequestReader::State::failed:
      failure_ = reader_->failure();
      return Received::failure;
    case RequestReader::State::body:
      if (phase_ != Phase::body) enterPhase(Phase::body);
      break;
    case RequestReader::State::header:
      if (phase_ == Phase::idle && reader_->hasStarted()) enterPhase(Phase::header);
      break;
  }
  // A request that breaks off is not answered: its sender has given it up.
  if (input_.hasEnded()) return Received::nothing;
  if (input_.isFull()) {
    failure_ = {400, "bad_request", "a chunk header or the trailers are too long"};
    return Received::failure;
  }
  if (phase_ == Phase::body && !sentContinue_ && reader_->request().expectsContinue &&
      !reader_->hasBodyBytes()) {
    sentContinue_ = true;
    return writer_.sendContinue().then([this] { return readMore(); });
  }
  return input_.whenMore()
      .then([] { return true; })
      .exclusiveJoin(timer_.atTime(deadline_).then([] { return false; }))
      .then([this](bool inTime) -> kj::Promise<Received> {
        if (!inTime) return timedOut();
        return readMore();
      });
}

Connection::Received Connection::timedOut() {
  if (phase_ == Phase::idle) return Received::nothing;
  failure_ = {408, "request_timeout",
              phase_ == Phase::header ? "the request's headers did not arrive in time"
                                      : "the request's body did not arrive in time"};
  return Received::failure;
}

kj::Promise<bool> Connection::answer() {
  phase_ = Phase::answering;
  writer_.begin(reader_->request());
  if (draining_) writer_.closeAfterwards();
  const auto route = router_.routeOf(reader_->request());
  const auto startedAt = timer_.now();
  return handle()
      .then([this, route, startedAt] {
        metrics_.noteRequest(route, writer_.status(), timer_.now() - startedAt);
        return true;
      })
      .exclusiveJoin(whenPeerGone().then([this, route] {
        metrics_.noteDisconnect(route);
        return false;
      }));
}

kj::Promise<void> Connection::handle() {
  return kj::evalNow([this] { return router_.dispatch(reader_->request(), writer_); })
      .catch_([this](kj::Exception&& exception) -> kj::Promise<void> {
        // Half a response cannot be mended; a lost client cannot be told.
        if (writer_.hasStarted() || exception.getType() == kj::Exception::Type::DISCONNECTED) {
          return kj::mv(exception);
        }
        return writer_.send(
            errorResponse({500, "internal_error", "the gateway failed to answer", {}, {}}));
      })
      .then([this] { KJ_REQUIRE(writer_.isFinished(), "a handler left a request unanswered"); });
}

kj::Promise<void> Connection::refuse() {
  phase_ = Phase::answering;
  HttpRequest unreadable;
  unreadable.keepAlive = false;
  writer_.begin(unreadable);
  return writer_.send(errorResponse({failure_.status, failure_.code, failure_.message, {}, {}}))
      .then([this] {
        metrics_.noteRequest(kNoRoute, writer_.status(), 0 * kj::SECONDS);
        return closeGracefully();
      });
}

kj::Promise<void> Connection::whenPeerGone() {
  if (input_.isLost()) return kj::READY_NOW;
  if (input_.hasEnded()) {
    return probeUntilGone(kFirstProbePause)
        .catch_([](kj::Exception&&) { /* What was being waited for. */ });
  }
  if (input_.isFull()) return kj::NEVER_DONE;
  return input_.whenMore().then([this] { return whenPeerGone(); });
}

kj::Promise<void> Connection::probeUntilGone(kj::Duration pause) {
  return writer_.probePeer(":\n\n")
      .then([this, pause] { return timer_.afterDelay(pause); })
      .then([this, pause] { return probeUntilGone(std::min(pause * 2, kLongestProbePause)); });
}

kj::Promise<void> Connection::closeGracefully() {
  phase_ = Phase::closing;
  stream_->shutdownWrite();
  return discardInput().exclusiveJoin(timer_.afterDelay(kLingerTime));
}

kj::Promise<void> Connection::discardInput() {
  if (input_.hasEnded()) return kj::READY_NOW;
  input_.consume(input_.bytes().size());
  return input_.whenMore().then([this] { return discardInput(); });
}

}  // namespace brood
