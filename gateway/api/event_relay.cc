#include "gateway/api/event_relay.h"

#include <kj/debug.h>

#include "gateway/api/result_json.h"
#include "gateway/http/sse.h"
#include "gateway/json_writer.h"

namespace brood {
namespace {

std::string outputEvent(std::string_view name, std::string_view text) {
  std::string event;
  event.reserve(text.size() + text.size() / 8 + 48);
  event.append("event: ").append(name).append("\ndata: ");
  JsonWriter(event).beginObject().field("data", text).endObject();
  event += "\n\n";
  return event;
}

std::string fileEvent(rpc::CollectedFile::Reader file) {
  std::string json;
  JsonWriter writer(json);
  writeFile(writer, file);
  return sseEvent("file", json);
}

std::string resultEvent(rpc::RichResult::Reader result) {
  std::string json;
  JsonWriter writer(json);
  writeRichResult(writer, result);
  return sseEvent("result", json);
}

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

 private:
  kj::Own<EventRelay> relay_;
};

}  // namespace

kj::Promise<void> EventRelay::started(std::string_view id, std::string_view start) {
  std::string json;
  JsonWriter(json).beginObject().field("id", id).field("start", start).endObject();
  return send(sseEvent("start", json));
}

kj::Promise<void> EventRelay::output(rpc::OutputStream stream, std::string_view bytes) {
  const bool isStdout = stream == rpc::OutputStream::STDOUT;
  const std::string text = (isStdout ? stdout_ : stderr_).push(bytes);
  if (text.empty()) return kj::READY_NOW;
  return send(outputEvent(isStdout ? "stdout" : "stderr", text));
}

kj::Promise<void> EventRelay::finish(rpc::JobResult::Reader result) {
  std::string last = remainingOutput();
  for (auto each : result.getResults()) last += resultEvent(each);
  for (auto file : result.getFiles()) last += fileEvent(file);
  last += sseEvent("exit", resultJson(result, false));
  if (isOpen_) return writer().endStream(std::move(last));
  return send(std::move(last)).then([this] { return writer().endStream({}); });
}

kj::Promise<void> EventRelay::fail(const ApiError& error) {
  if (!isOpen_) return writer().send(errorResponse(error));
  return writer().endStream(remainingOutput() + sseEvent("error", errorJson(error)));
}

kj::Promise<void> EventRelay::whenBroken() {
  auto pair = kj::newPromiseAndFulfiller<void>();
  broken_ = kj::mv(pair.fulfiller);
  return kj::mv(pair.promise);
}

void EventRelay::detach() { writer_ = nullptr; }

kj::Promise<void> EventRelay::send(std::string bytes) {
  if (isOpen_) return watched(writer().stream(std::move(bytes)));
  auto& stream = writer();
  isOpen_ = true;
  return watched(stream.startStream(std::string(kEventStreamType), std::move(bytes)));
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

std::string EventRelay::remainingOutput() {
  std::string events;
  const std::string out = stdout_.finish();
  const std::string err = stderr_.finish();
  if (!out.empty()) events += outputEvent("stdout", out);
  if (!err.empty()) events += outputEvent("stderr", err);
  return events;
}

rpc::OutputSink::Client newRelaySink(kj::Own<EventRelay> relay) {
  return kj::heap<RelaySink>(kj::mv(relay));
}

}  // namespace brood
