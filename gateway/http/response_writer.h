#pragma once
// Writes responses to one connection.

#include <kj/async-io.h>
#include <kj/timer.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/http/memory_budget.h"
#include "gateway/http/message.h"
#include "gateway/http/response_head.h"

namespace brood::gateway {

// One response at a time, whole (send) or streamed (startStream, stream, endStream). Writes are
// queued behind each other whoever asks, and each goes out in one system call where the socket
// takes it. Every promise resolves when the kernel has taken the bytes, and is broken when the
// peer is gone or takes nothing for the write timeout; after that the connection is of no use.
class ResponseWriter {
 public:
  // All borrowed. `share` is what responses are charged to.
  ResponseWriter(kj::AsyncIoStream& stream, kj::Timer& timer, HttpDate& date, BufferShare& share,
                 kj::Duration writeTimeout);
  KJ_DISALLOW_COPY(ResponseWriter);

  // Begins the response to `request`, of which only the framing is remembered.
  void begin(const HttpRequest& request);
  // This response announces that it is the connection's last, if its head is still unsent.
  void closeAfterwards() { keepAlive_ = false; }
  // Pages of this origin may read this response (CORS).
  void allowOrigin(std::string origin) { allowedOrigin_ = std::move(origin); }
  // This response has this header besides its own.
  void addHeader(std::string name, std::string value) {
    addedHeaders_.emplace_back(std::move(name), std::move(value));
  }

  // Where there is no room for it to wait in until the client has taken it, 503 instead.
  kj::Promise<void> send(HttpResponse response);
  kj::Promise<void> startStream(std::string contentType, std::string firstBytes);
  kj::Promise<void> stream(std::string bytes);
  kj::Promise<void> endStream(std::string lastBytes);
  // After everybody who has something to do now: for whoever sends much, piece by piece.
  kj::Promise<void> whenOthersHadTheirTurn();
  BufferShare& share() { return share_; }
  // The interim response that asks for the body.
  kj::Promise<void> sendContinue();

  // Sends a few bytes, so that a peer which has closed its socket altogether (and not only its
  // sending side) answers with a reset, which breaks a later write. In mid-stream that is
  // `comment`; before the head it is the next byte of kHeadStart, as long as there is one.
  kj::Promise<void> probePeer(std::string comment);

  bool hasStarted() const { return phase_ != Phase::idle; }
  bool isFinished() const { return phase_ == Phase::finished; }
  kj::Timer& timer() { return timer_; }
  // The status of the response that has been started.
  unsigned status() const { return status_; }
  // Whether the connection may carry another request after this response.
  bool keepsAlive() const { return keepAlive_; }

 private:
  enum class Phase { idle, streaming, finished };
  struct Write;

  bool isChunked() const { return isHttp11_; }
  std::string headOf(HttpResponse& response, const Framing& framing);
  // But for what has gone ahead of it.
  std::string restOfHead(HttpResponse& response, const Framing& framing);
  kj::Own<Write> newChunk(std::string prefix, std::string bytes) const;
  kj::Promise<void> enqueue(kj::Own<Write> write);
  kj::Promise<void> writeFrom(Write& write, size_t bodyOffset);

  kj::AsyncIoStream& stream_;
  kj::Timer& timer_;
  HttpDate& date_;
  BufferShare& share_;
  kj::Duration writeTimeout_;
  Phase phase_ = Phase::idle;
  unsigned status_ = 0;
  bool isHttp11_ = true;
  bool isHead_ = false;
  bool keepAlive_ = true;
  bool hasComments_ = false;  // True if the stream's type allows bytes without meaning.
  std::optional<std::string> allowedOrigin_;
  std::vector<std::pair<std::string, std::string>> addedHeaders_;
  size_t queuedWrites_ = 0;
  size_t bytesAhead_ = 0;  // How many bytes of the head have been sent.
  kj::Promise<void> lastWrite_ = kj::READY_NOW;
};

}  // namespace brood::gateway
