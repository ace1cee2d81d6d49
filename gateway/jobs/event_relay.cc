#include "gateway/jobs/event_relay.h"

#include <kj/debug.h>

#include "gateway/jobs/answer_pieces.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway {
namespace {

// A stream that was silent since the last look gets a comment, so silence lasts less than two
// periods. Proxies give up after 30 seconds and more.
constexpr auto kKeepAlivePeriod = 7 * kj::SECONDS;

class RelaySink final : public rpc::OutputSink::Server {
 public:
  explicit RelaySink(kj::Own<EventRelay> relay) : relay_(kj::mv(relay)) {}

  kj::Promise<void> started(StartedContext context) override {
    const auto params = context.getParams();
    return relay_->started(asView(params.getId()), startName(params.getStart()));
  }

  kj::Promise<void> output(OutputContext context) override {
    const auto params = context.getParams();
    return relay_->output(params.getStream(), asView(params.getData()));
  }

  kj::Promise<void> result(ResultContext context) override {
    return relay_->result(context.getParams().getResult());
  }

 private:
  kj::Own<EventRelay> relay_;
};

}  // namespace

EventRelay::EventRelay(ResponseWriter& writer, const EventFormat& format)
    : format_(format),
      writer_(&writer),
      keepingAlive_(keepAlive().eagerlyEvaluate([](kj::Exception&&) {})) {}

kj::Promise<void> EventRelay::keepAlive() {
  return writer().timer().afterDelay(kKeepAlivePeriod).then([this]() -> kj::Promise<void> {
    kj::Promise<void> sent = kj::READY_NOW;
    if (isSilent_) {
      sent = isOpen_ ? watched(writer().probePeer(format().filler())) : send(format().filler());
    }
    isSilent_ = true;
    return sent.then([this]() { return keepAlive(); });
  });
}

kj::Promise<void> EventRelay::started(std::string_view id, std::string_view start) {
  return send(format().started(id, start));
}

kj::Promise<void> EventRelay::output(rpc::OutputStream stream, std::string_view bytes) {
  const bool isStdout = stream == rpc::OutputStream::STDOUT;
  RelayedStream& relayed = isStdout ? stdout_ : stderr_;
  const std::string whole = relayed.splitter.push(bytes);
  if (whole.empty()) return kj::READY_NOW;
  const OutputText output(whole);
  relayed.isText = relayed.isText && !output.isBase64();
  return send(format().output(stream, output));
}

kj::Promise<void> EventRelay::result(rpc::RichResult::Reader result) {
  return send(format().result(result));
}

kj::Promise<void> EventRelay::finish(rpc::JobResult::Reader result) {
  keepingAlive_ = kj::READY_NOW;
  std::string last = remainingOutput(result.getStdoutTruncated(), result.getStderrTruncated());
  JsonGaps gaps;
  format().appendEnd(last, payloadBytes(result) > kSmallPayloadBytes ? &gaps : nullptr, result);
  auto opened = isOpen_ ? kj::Promise<void>(kj::READY_NOW) : send({});
  if (gaps.empty()) {
    return opened.then(
        [this, last = std::move(last)]() mutable { return writer().endStream(std::move(last)); });
  }
  auto pieces = kj::heap<AnswerPieces>(std::move(last), std::move(gaps));
  auto& borrowed = *pieces;
  return opened.then([this, &borrowed] { return sendPieces(borrowed, writer()); })
      .attach(kj::mv(pieces));
}

kj::Promise<void> EventRelay::finish(const std::function<std::string()>& end) {
  keepingAlive_ = kj::READY_NOW;
  std::string last = remainingOutput(false, false);
  last += end();
  if (isOpen_) return writer().endStream(std::move(last));
  return send({}).then(
      [this, last = std::move(last)]() mutable { return writer().endStream(std::move(last)); });
}

kj::Promise<void> EventRelay::fail(const ApiError& error) {
  keepingAlive_ = kj::READY_NOW;
  if (!isOpen_) return writer().send(format().refusal(error));
  return writer().endStream(remainingOutput(false, false) + format().failed(error));
}

kj::Promise<void> EventRelay::whenBroken() {
  auto pair = kj::newPromiseAndFulfiller<void>();
  broken_ = kj::mv(pair.fulfiller);
  return kj::mv(pair.promise);
}

void EventRelay::detach() {
  keepingAlive_ = kj::READY_NOW;
  writer_ = nullptr;
}

kj::Promise<void> EventRelay::send(std::string bytes) {
  isSilent_ = false;
  auto& stream = writer();
  const size_t size = bytes.size();
  if (!stream.share().reserve(size)) {
    return watched(KJ_EXCEPTION(OVERLOADED, "no room for an event until it is taken"));
  }
  auto written = isOpen_ ? stream.stream(std::move(bytes))
                         : stream.startStream(format().contentType(), std::move(bytes));
  isOpen_ = true;
  return watched(written.then([self = kj::addRef(*this), size] {
    if (self->writer_ != nullptr) self->writer_->share().giveBack(size);
  }));
}

kj::Promise<void> EventRelay::watched(kj::Promise<void> written) {
  return written.catch_([self = kj::addRef(*this)](kj::Exception&& exception) mutable {
    KJ_IF_MAYBE (broken, self->broken_) {
      (*broken)->reject(kj::cp(exception));
    }
    kj::throwFatalException(kj::mv(exception));
  });
}

ResponseWriter& EventRelay::writer() {
  if (writer_ == nullptr) {
    kj::throwFatalException(KJ_EXCEPTION(DISCONNECTED, "the client has gone"));
  }
  return *writer_;
}

const EventFormat& EventRelay::format() {
  writer();
  return format_;
}

std::string EventRelay::remainingOutput(bool isStdoutCut, bool isStderrCut) {
  const auto rest = [this](rpc::OutputStream stream, RelayedStream& relayed, bool isCut) {
    const std::string bytes = relayed.splitter.finish();
    if (bytes.empty() || (isCut && relayed.isText)) return std::string();
    return format().output(stream, OutputText(bytes));
  };
  std::string text = rest(rpc::OutputStream::STDOUT, stdout_, isStdoutCut);
  text += rest(rpc::OutputStream::STDERR, stderr_, isStderrCut);
  return text;
}

rpc::OutputSink::Client newRelaySink(kj::Own<EventRelay> relay) {
  return kj::heap<RelaySink>(kj::mv(relay));
}

}  // namespace brood::gateway
