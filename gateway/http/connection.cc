#include "gateway/http/connection.h"

#include <kj/debug.h>

#include <algorithm>

#include "gateway/http/error_response.h"
#include "rpc/calls/job_trace.h"

namespace brood::gateway {
namespace {

// How long a finished connection waits for the peer's FIN. Closing with unread input would make
// the kernel send a reset, which can destroy the response before the client has read it.
constexpr auto kLingerTime = 2 * kj::SECONDS;
constexpr auto kFirstProbePause = 10 * kj::MILLISECONDS;
// For the FIN of a client that has sent more than is read ahead. The kernel tells of it, unless it
// is behind what does not fit the kernel's buffer either: then only a probe does.
constexpr auto kUnreadPause = 1 * kj::SECONDS;
constexpr auto kLongestStreamProbePause = 5 * kj::SECONDS;
// Before the head there are nine probes: the last but one minutes after the first.
constexpr int kPauseGrowth = 4;
// A chunk header or the trailers have to fit the buffer beside what the headers may take.
constexpr size_t kLeastBufferBytes = 16 * 1024;

}  // namespace

Connection::Connection(kj::Own<kj::AsyncIoStream> stream, const ConnectionContext& context,
                       Peer peer)
    : stream_(kj::mv(stream)),
      context_(context),
      settings_(context.settings),
      timer_(context.timer),
      input_(*stream_, std::max(settings_.maxHeaderBytes + 2, kLeastBufferBytes)),
      share_(context.budget),
      writer_(*stream_, timer_, context.date, share_, settings_.writeTimeout),
      deadline_(timer_.now()),
      peer_(std::move(peer)) {}

Connection::~Connection() noexcept(false) { stopWaiting(); }

kj::Promise<void> Connection::run() { return canceler_.wrap(serve()); }

void Connection::retire() {
  retiring_ = true;
  writer_.closeAfterwards();
}

void Connection::drain() {
  retire();
  if (phase_ == Phase::idle) canceler_.cancel("draining");
}

void Connection::makeRoom() {
  stopWaiting();
  canceler_.cancel("another connection needs the room");
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
      if (!writer_.keepsAlive() || retiring_) return closeGracefully();
      return serve();
    });
  });
}

kj::Promise<Connection::Received> Connection::readRequest() {
  reader_.emplace(RequestReader::Limits{settings_.maxHeaderBytes, settings_.maxBodyBytes});
  sentContinue_ = false;
  isGuarded_ = false;
  refusal_.reset();
  share_.clear();
  bodyCharged_ = 0;
  enterPhase(Phase::idle);
  waitingPlace_ = context_.waiting.insert(context_.waiting.end(), this);
  return readMore();
}

void Connection::stopWaiting() {
  if (waitingPlace_) context_.waiting.erase(*waitingPlace_);
  waitingPlace_.reset();
}

// Charges the bytes that have arrived since the last call.
bool Connection::chargeBody() {
  const uint64_t bytes = reader_->bodyBytes();
  if (bytes > bodyCharged_ && !share_.reserve(bytes - bodyCharged_)) return false;
  bodyCharged_ = std::max(bytes, bodyCharged_);
  return true;
}

void Connection::enterPhase(Phase phase) {
  phase_ = phase;
  if (phase == Phase::idle) {
    // A client that connects has something to send.
    const auto firstByte = std::min(settings_.headerTimeout, settings_.idleTimeout);
    deadline_ = timer_.now() + (isFirst_ ? firstByte : settings_.idleTimeout);
    isFirst_ = false;
  }
  if (phase == Phase::header) deadline_ = timer_.now() + settings_.headerTimeout;
  if (phase == Phase::body) deadline_ = timer_.now() + settings_.bodyTimeout;
}

bool Connection::isHeadComplete() const {
  const auto state = reader_->state();
  return state == RequestReader::State::body || state == RequestReader::State::complete;
}

void Connection::askGuard() {
  isGuarded_ = true;
  auto& request = reader_->request();
  refusal_ = context_.guard->refuse(request, context_.router.needOf(request), peer_);
  // The rest of the body would be taken for the next request.
  if (refusal_ && reader_->state() == RequestReader::State::body) request.keepAlive = false;
}

kj::Promise<Connection::Received> Connection::readMore() {
  if (settings_.notesArrival) reader_->request().arrivedNanos = JobTrace::nowNanos();
  input_.consume(reader_->feed(input_.bytes()));
  if (reader_->state() != RequestReader::State::header) stopWaiting();
  if (!chargeBody()) {
    const auto full = buffersFull();
    failure_ = {full.status, full.code, full.message, full.retryAfterMs};
    return Received::failure;
  }
  if (context_.guard != nullptr && !isGuarded_ && isHeadComplete()) {
    askGuard();
    if (refusal_) return Received::request;
  }
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
    failure_ = {400, "bad_request", "a chunk header or the trailers are too long", {}};
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
  failure_ = {408,
              "request_timeout",
              phase_ == Phase::header ? "the request's headers did not arrive in time"
                                      : "the request's body did not arrive in time",
              {}};
  return Received::failure;
}

kj::Promise<bool> Connection::answer() {
  phase_ = Phase::answering;
  writer_.begin(reader_->request());
  if (retiring_) writer_.closeAfterwards();
  const auto route = context_.router.routeOf(reader_->request());
  const auto startedAt = timer_.now();
  return handle()
      .then([this, route, startedAt] {
        context_.metrics.noteRequest(route, writer_.status(), timer_.now() - startedAt);
        return true;
      })
      .exclusiveJoin(whenPeerGone().then([this, route] {
        context_.metrics.noteDisconnect(route);
        return false;
      }));
}

kj::Promise<void> Connection::handle() {
  return kj::evalNow([this] { return dispatch(); })
      .catch_([this](kj::Exception&& exception) -> kj::Promise<void> {
        // Half a response cannot be mended; a lost client cannot be told.
        if (writer_.hasStarted() || exception.getType() == kj::Exception::Type::DISCONNECTED) {
          return kj::mv(exception);
        }
        if (exception.getType() == kj::Exception::Type::OVERLOADED) {
          return writer_.send(errorResponse(buffersFull()));
        }
        return writer_.send(
            errorResponse({500, "internal_error", "the gateway failed to answer", {}, {}}));
      })
      .then([this] { KJ_REQUIRE(writer_.isFinished(), "a handler left a request unanswered"); });
}

// A request that a web page may not send is refused before its route is looked up.
kj::Promise<void> Connection::dispatch() {
  auto& request = reader_->request();
  if (const auto refusal = settings_.origins.refusal(request)) {
    return writer_.send(errorResponse(*refusal));
  }
  if (settings_.origins.isAllowed(request)) {
    writer_.allowOrigin(*request.origin);
    const auto methods = context_.router.methodsOf(request.path);
    const bool isPreflight = request.method == "OPTIONS" && request.requestedMethod;
    if (isPreflight && !methods.empty()) return writer_.send(preflightAnswer(methods));
  }
  if (refusal_) return writer_.send(std::move(*refusal_));
  if (request.sender) {
    writer_.addHeader("X-Request-Id", request.sender->requestId);
    // Trace Context, level 2.
    if (request.sender->span) {
      writer_.addHeader("traceresponse", traceparent(*request.sender->span));
    }
  }
  return context_.router.dispatch(request, writer_);
}

kj::Promise<void> Connection::refuse() {
  phase_ = Phase::answering;
  HttpRequest unreadable;
  unreadable.keepAlive = false;
  stopWaiting();
  writer_.begin(unreadable);
  return writer_
      .send(errorResponse(
          {failure_.status, failure_.code, failure_.message, {}, failure_.retryAfterMs}))
      .then([this] {
        context_.metrics.noteRequest(kNoRoute, writer_.status(), 0 * kj::SECONDS);
        return closeGracefully();
      });
}

kj::Promise<void> Connection::whenPeerGone() {
  if (input_.isLost()) return kj::READY_NOW;
  if (input_.hasEnded()) {
    return probeUntilGone(kFirstProbePause)
        .catch_([](kj::Exception&&) { /* What was being waited for. */ });
  }
  if (input_.isFull()) return whenGoneBehindInput();
  return input_.whenMore().then([this] { return whenPeerGone(); });
}

kj::Promise<void> Connection::whenGoneBehindInput() {
  return stream_->whenWriteDisconnected()
      .then([] { return kFirstProbePause; })
      .exclusiveJoin(timer_.afterDelay(kUnreadPause).then([] { return kLongestStreamProbePause; }))
      .then([this](kj::Duration pause) { return probeUntilGone(pause); })
      .catch_([](kj::Exception&&) { /* What was being waited for. */ });
}

kj::Promise<void> Connection::probeUntilGone(kj::Duration pause) {
  return writer_.probePeer(":\n\n")
      .then([this, pause] { return timer_.afterDelay(pause); })
      .then([this, pause] {
        const auto longer = pause * kPauseGrowth;
        return probeUntilGone(writer_.hasStarted() ? std::min(longer, kLongestStreamProbePause)
                                                   : longer);
      });
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

}  // namespace brood::gateway
