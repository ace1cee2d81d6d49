#include "gateway/http/response_writer.h"

#include <kj/debug.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "gateway/http/error_response.h"
#include "gateway/http/sse.h"

namespace brood::gateway {
namespace {

// A body is written in parts of this size, so that the write timeout measures progress and not
// the size of the response.
constexpr size_t kWritePartBytes = 256 * 1024;

kj::ArrayPtr<const kj::byte> asBytes(std::string_view text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

}  // namespace

struct ResponseWriter::Write {
  std::string head;
  std::string body;
  std::string_view tail;
  std::array<kj::ArrayPtr<const kj::byte>, 3> pieces{};
};

ResponseWriter::ResponseWriter(kj::AsyncIoStream& stream, kj::Timer& timer, HttpDate& date,
                               BufferShare& share, kj::Duration writeTimeout)
    : stream_(stream), timer_(timer), date_(date), share_(share), writeTimeout_(writeTimeout) {}

void ResponseWriter::begin(const HttpRequest& request) {
  phase_ = Phase::idle;
  bytesAhead_ = 0;
  isHttp11_ = request.isHttp11;
  isHead_ = request.isHead();
  keepAlive_ = request.keepAlive;
  allowedOrigin_.reset();
  addedHeaders_.clear();
}

std::string ResponseWriter::headOf(HttpResponse& response, const Framing& framing) {
  if (allowedOrigin_) {
    response.headers.emplace_back("Access-Control-Allow-Origin", *allowedOrigin_);
    response.headers.emplace_back("Vary", "Origin");
  }
  for (auto& header : addedHeaders_) response.headers.push_back(std::move(header));
  addedHeaders_.clear();
  return responseHead(response, framing, date_.now());
}

kj::Promise<void> ResponseWriter::send(HttpResponse response) {
  KJ_REQUIRE(phase_ == Phase::idle, "a request gets one response");
  phase_ = Phase::finished;
  if (!share_.reserve(response.body.size())) response = errorResponse(buffersFull());
  status_ = response.status;
  Framing framing{response.body.size(), isHttp11_, keepAlive_};
  auto write = kj::heap<Write>();
  write->head = restOfHead(response, framing);
  if (!isHead_) write->body = std::move(response.body);
  return enqueue(kj::mv(write));
}

kj::Promise<void> ResponseWriter::startStream(std::string contentType, std::string firstBytes) {
  KJ_REQUIRE(phase_ == Phase::idle, "a request gets one response");
  phase_ = Phase::streaming;
  // Without chunks, the end of the connection is the end of the body.
  if (!isChunked()) keepAlive_ = false;
  HttpResponse response;
  status_ = response.status;
  hasComments_ = contentType == kEventStreamType;
  response.contentType = std::move(contentType);
  response.headers.emplace_back("Cache-Control", "no-store");
  Framing framing{std::nullopt, isHttp11_, keepAlive_};
  return enqueue(newChunk(restOfHead(response, framing), std::move(firstBytes)));
}

kj::Promise<void> ResponseWriter::stream(std::string bytes) {
  KJ_REQUIRE(phase_ == Phase::streaming, "no stream to write to");
  if (bytes.empty()) return kj::READY_NOW;
  return enqueue(newChunk({}, std::move(bytes)));
}

kj::Promise<void> ResponseWriter::endStream(std::string lastBytes) {
  KJ_REQUIRE(phase_ == Phase::streaming, "no stream to end");
  phase_ = Phase::finished;
  auto write = newChunk({}, std::move(lastBytes));
  if (isChunked()) write->tail = write->body.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
  return enqueue(kj::mv(write));
}

// A timer of no time: the loop looks at every descriptor before it.
kj::Promise<void> ResponseWriter::whenOthersHadTheirTurn() {
  return timer_.afterDelay(0 * kj::SECONDS);
}

kj::Promise<void> ResponseWriter::sendContinue() {
  auto write = kj::heap<Write>();
  write->head = "HTTP/1.1 100 Continue\r\n\r\n";
  return enqueue(kj::mv(write));
}

kj::Promise<void> ResponseWriter::probePeer(std::string comment) {
  // A write under way finds out by itself.
  if (queuedWrites_ > 0 || phase_ == Phase::finished) return kj::READY_NOW;
  if (phase_ == Phase::streaming) {
    if (hasComments_) return enqueue(newChunk({}, std::move(comment)));
    return kj::READY_NOW;
  }
  if (bytesAhead_ == kHeadStart.size()) return kj::READY_NOW;
  auto write = kj::heap<Write>();
  write->head = kHeadStart[bytesAhead_++];
  return enqueue(kj::mv(write));
}

std::string ResponseWriter::restOfHead(HttpResponse& response, const Framing& framing) {
  std::string head = headOf(response, framing);
  head.erase(0, bytesAhead_);
  return head;
}

kj::Own<ResponseWriter::Write> ResponseWriter::newChunk(std::string prefix,
                                                        std::string bytes) const {
  auto write = kj::heap<Write>();
  write->head = std::move(prefix);
  write->body = std::move(bytes);
  // An empty chunk would end the stream.
  if (isChunked() && !write->body.empty()) {
    char size[24];
    const int length = std::snprintf(size, sizeof(size), "%zx\r\n", write->body.size());
    write->head.append(size, static_cast<size_t>(length));
    write->tail = "\r\n";
  }
  return write;
}

kj::Promise<void> ResponseWriter::enqueue(kj::Own<Write> write) {
  ++queuedWrites_;
  auto& borrowed = *write;
  auto written = lastWrite_.then([this, &borrowed] { return writeFrom(borrowed, 0); })
                     .then([this] { --queuedWrites_; })
                     .attach(kj::mv(write))
                     .fork();
  lastWrite_ = written.addBranch();
  return written.addBranch();
}

kj::Promise<void> ResponseWriter::writeFrom(Write& write, size_t bodyOffset) {
  const size_t end = std::min(write.body.size(), bodyOffset + kWritePartBytes);
  const bool isLast = end == write.body.size();
  size_t count = 0;
  const auto add = [&](std::string_view piece) {
    if (!piece.empty()) write.pieces[count++] = asBytes(piece);
  };
  if (bodyOffset == 0) add(write.head);
  add(std::string_view(write.body).substr(bodyOffset, end - bodyOffset));
  if (isLast) add(write.tail);
  if (count == 0) return kj::READY_NOW;

  auto written =
      timer_.timeoutAfter(writeTimeout_, stream_.write(kj::arrayPtr(write.pieces.data(), count)));
  if (isLast) return written;
  return written.then([this, &write, end] { return writeFrom(write, end); });
}

}  // namespace brood::gateway
