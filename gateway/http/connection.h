#pragma once
// One client's keep-alive connection.

#include <kj/async-io.h>
#include <kj/timer.h>

#include <optional>

#include "gateway/http/http_metrics.h"
#include "gateway/http/input_buffer.h"
#include "gateway/http/request_reader.h"
#include "gateway/http/response_writer.h"
#include "gateway/http/router.h"

namespace brood {

struct HttpSettings {
  size_t maxHeaderBytes = 16 << 10;
  uint64_t maxBodyBytes = 16ull << 20;
  kj::Duration idleTimeout = 75 * kj::SECONDS;    // Between requests: closes silently.
  kj::Duration headerTimeout = 10 * kj::SECONDS;  // First byte to last of the headers: 408.
  kj::Duration bodyTimeout = 30 * kj::SECONDS;    // The whole body: 408.
  kj::Duration writeTimeout = 30 * kj::SECONDS;   // Without progress: closes.
  uint32_t maxConnections = 1024;
  bool notesArrival = false;  // For traces.
};

// Serves requests in the order they came, one at a time; what a client pipelines waits in the
// input buffer, which bounds it. Destroying the connection abandons the request in flight.
//
// A client that goes away cancels its request. TCP does not tell a client that has closed its
// socket from one that has finished sending and still reads (both send a FIN, and the latter is
// legal HTTP), so at end of input the peer is probed with bytes without meaning: the closed one
// answers with a reset. The probe repeats, since the reader may leave later. A client that fills
// the whole look-ahead buffer while its request runs is noticed only when we write.
class Connection {
 public:
  // All but the stream are borrowed.
  Connection(kj::Own<kj::AsyncIoStream> stream, const HttpSettings& settings, kj::Timer& timer,
             HttpDate& date, const Router& router, HttpMetrics& metrics);
  KJ_DISALLOW_COPY(Connection);

  // Resolves when the connection is over. Broken only by errors of this connection. Call once.
  kj::Promise<void> run();
  // Ends an idle connection now, a busy one after its response.
  void drain();

 private:
  enum class Phase { idle, header, body, answering, closing };
  enum class Received { request, failure, nothing };

  kj::Promise<void> serve();
  kj::Promise<Received> readRequest();
  kj::Promise<Received> readMore();
  void enterPhase(Phase phase);
  Received timedOut();
  kj::Promise<bool> answer();
  kj::Promise<void> handle();
  kj::Promise<void> refuse();
  kj::Promise<void> whenPeerGone();
  kj::Promise<void> probeUntilGone(kj::Duration pause);
  kj::Promise<void> closeGracefully();
  kj::Promise<void> discardInput();

  kj::Own<kj::AsyncIoStream> stream_;
  const HttpSettings& settings_;
  kj::Timer& timer_;
  const Router& router_;
  HttpMetrics& metrics_;
  InputBuffer input_;
  ResponseWriter writer_;
  std::optional<RequestReader> reader_;
  Phase phase_ = Phase::idle;
  kj::TimePoint deadline_;
  bool sentContinue_ = false;
  bool draining_ = false;
  HttpFailure failure_;
  kj::Canceler canceler_;
};

}  // namespace brood
