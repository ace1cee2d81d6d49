#include "gateway/protocols/mcp/mcp_reply.h"

#include <kj/debug.h>

#include <algorithm>

#include "base/utf8.h"
#include "gateway/http/sse.h"
#include "gateway/jobs/answer_pieces.h"

namespace brood::gateway::mcp {
namespace {

// Silence lasts less than two of them: proxies give up after 30 seconds and more.
constexpr auto kKeepAlivePeriod = 7 * kj::SECONDS;
constexpr char kTooLarge[] =
    "answer_too_large: the answer is larger than clients take in an event stream; ask for less";
constexpr char kKeepAlive[] = ": keepalive\n\n";
// The most text of one event: JSON may make six times that of it.
constexpr size_t kProgressBytes = 64 * 1024;

std::string progressJson(std::string_view token, uint64_t progress, std::string_view text) {
  std::string message;
  JsonWriter json(message);
  json.beginObject().field("jsonrpc", "2.0").field("method", "notifications/progress");
  json.key("params").beginObject().key("progressToken").raw(token);
  json.field("progress", progress).field("message", text).endObject().endObject();
  return message;
}

}  // namespace

McpReply::McpReply(ResponseWriter& writer, Manner manner)
    : manner_(std::move(manner)), writer_(&writer), keepingAlive_(kj::READY_NOW) {
  if (manner_.mayStream) keepingAlive_ = keepAlive().eagerlyEvaluate([](kj::Exception&&) {});
}

ResponseWriter& McpReply::writer() {
  if (writer_ == nullptr) {
    kj::throwFatalException(KJ_EXCEPTION(DISCONNECTED, "the client has gone"));
  }
  return *writer_;
}

void McpReply::detach() {
  keepingAlive_ = kj::READY_NOW;
  writer_ = nullptr;
}

kj::Promise<void> McpReply::keepAlive() {
  return writer().timer().afterDelay(kKeepAlivePeriod).then([this]() -> kj::Promise<void> {
    kj::Promise<void> sent = kj::READY_NOW;
    if (isSilent_) sent = isOpen_ ? writer().probePeer(kKeepAlive) : send(kKeepAlive);
    isSilent_ = true;
    return sent.then([this] { return keepAlive(); });
  });
}

kj::Promise<void> McpReply::send(std::string bytes) {
  isSilent_ = false;
  auto& stream = writer();
  if (isOpen_) return stream.stream(std::move(bytes));
  isOpen_ = true;
  return stream.startStream(std::string(kEventStreamType), std::move(bytes));
}

kj::Promise<void> McpReply::progress(std::string_view text) {
  if (isDetached() || text.empty() || !wantsProgress()) return kj::READY_NOW;
  std::string events;
  while (!text.empty()) {
    size_t length = std::min(text.size(), kProgressBytes);
    if (length < text.size()) length = std::max<size_t>(1, wholeSequences(text.substr(0, length)));
    progressBytes_ += length;
    events += sseEvent("message",
                       progressJson(manner_.progressToken, progressBytes_, text.substr(0, length)));
    text.remove_prefix(length);
  }
  return send(std::move(events));
}

kj::Promise<void> McpReply::finish(std::string text) {
  keepingAlive_ = kj::READY_NOW;
  if (isDetached()) return kj::READY_NOW;
  if (isOpen_) {
    if (text.size() >= kMaxEventBytes) text = toolErrorAnswer(kTooLarge, manner_.id, manner_.era);
    return writer().endStream(sseEvent("message", text));
  }
  HttpResponse response;
  response.body = std::move(text);
  return writer().send(std::move(response));
}

kj::Promise<void> McpReply::finish(const McpRun& run) {
  keepingAlive_ = kj::READY_NOW;
  if (isDetached()) return kj::READY_NOW;
  if (isOpen_) return finish(eventAnswer(run, manner_.id, manner_.era));
  auto answer = kj::heap<McpAnswer>(wholeAnswer(run, manner_.id, manner_.era));
  KJ_IF_MAYBE (sent, sendJson(std::move(answer->text), std::move(answer->gaps), answer->payload,
                              writer())) {
    return sent->attach(kj::mv(answer));
  }
  return fail(buffersFull());
}

kj::Promise<void> McpReply::fail(const ApiError& error) {
  return finish(toolErrorAnswer(sentenceOf(error), manner_.id, manner_.era));
}

kj::Promise<void> McpReply::giveUp() {
  keepingAlive_ = kj::READY_NOW;
  if (isDetached()) return kj::READY_NOW;
  if (isOpen_) return writer().endStream({});
  HttpResponse nothing;
  nothing.status = 202;
  return writer().send(std::move(nothing));
}

}  // namespace brood::gateway::mcp
