#pragma once
// Writes responses to one connection.

#include <kj/async-io.h>
#include <kj/timer.h>

#include <string>
#include <string_view>

#include "gateway/http/message.h"
#include "gateway/http/response_head.h"

namespace brood {

// One response at a time, whole (send) or streamed (startStream, stream, endStream). Writes are
// queued behind each other whoever asks, and each goes out in one system call where the socket
// takes it. Every promise resolves when the kernel has taken the bytes, and is broken when the
// peer is gone or takes nothing for the write timeout; after that the connection is of no use.
class ResponseWriter {
 public:
  // All borrowed.
  ResponseWriter(kj::AsyncIoStream& stream, kj::Timer& timer, HttpDate& date,
                 kj::Duration writeTimeout);
  KJ_DISALLOW_COPY(ResponseWriter);

  // Begins the response to `request`, of which only the framing is remembered.
  void begin(const HttpRequest& request);
  // This response announces that it is the connection's last, if its head is still unsent.
  void closeAfterwards() { keepAlive_ = false; }

  kj::Promise<void> send(HttpResponse response);
  kj::Promise<void> startStream(std::string contentType, std::string firstBytes);
  kj::Promise<void> stream(std::string bytes);
  kj::Promise<void> endStream(std::string lastBytes);
  // The interim response that asks for the body.
  kj::Promise<void> sendContinue();

  // Sends bytes without meaning, so that a peer which has closed its socket altogether (and not
  // only its sending side) answers with a reset, which breaks a later write. `comment` is used in
  // mid-stream; before the head it is an interim 100, which every HTTP/1.1 client must skip and
  // which HTTP/1.0 does not know: there, nothing is sent.
  kj::Promise<void> probePeer(std::string comment);

  bool hasStarted() const { return phase_ != Phase::idle; }
  bool isFinished() const { return phase_ == Phase::finished; }
  // Of the response that has been started.
  unsigned status() const { return status_; }
  // Whether the connection may carry another request after this response.
  bool keepsAlive() const { return keepAlive_; }

 private:
  enum class Phase { idle, streaming, finished };
  struct Write;

  bool isChunked() const { return isHttp11_; }
  kj::Own<Write> newChunk(std::string prefix, std::string bytes) const;
  kj::Promise<void> enqueue(kj::Own<Write> write);
  kj::Promise<void> writeFrom(Write& write, size_t bodyOffset);

  kj::AsyncIoStream& stream_;
  kj::Timer& timer_;
  HttpDate& date_;
  kj::Duration writeTimeout_;
  Phase phase_ = Phase::idle;
  unsigned status_ = 0;
  bool isHttp11_ = true;
  bool isHead_ = false;
  bool keepAlive_ = true;
  size_t queuedWrites_ = 0;
  kj::Promise<void> lastWrite_ = kj::READY_NOW;
};

}  // namespace brood
