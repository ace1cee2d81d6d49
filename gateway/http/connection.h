#pragma once
// One client's keep-alive connection.

#include <kj/async-io.h>
#include <kj/timer.h>

#include <functional>
#include <list>
#include <optional>

#include "gateway/http/http_metrics.h"
#include "gateway/http/input_buffer.h"
#include "gateway/http/memory_budget.h"
#include "gateway/http/origin_policy.h"
#include "gateway/http/request_guard.h"
#include "gateway/http/request_reader.h"
#include "gateway/http/response_writer.h"
#include "gateway/http/router.h"

namespace brood::gateway {

// A connection whose handshake is done.
struct SecuredStream {
  kj::Own<kj::AsyncIoStream> stream;
  std::string certificate = {};  // See Peer.
};

struct HttpSettings {
  size_t maxHeaderBytes = 16 << 10;
  uint64_t maxBodyBytes = 16ull << 20;
  kj::Duration idleTimeout = 75 * kj::SECONDS;  // Between requests: closes silently.
  // First byte to last of the headers: 408. For the first byte of a connection as well.
  kj::Duration headerTimeout = 10 * kj::SECONDS;
  kj::Duration bodyTimeout = 30 * kj::SECONDS;   // The whole body: 408.
  kj::Duration writeTimeout = 30 * kj::SECONDS;  // Without progress: closes.
  uint32_t maxConnections = 1024;
  bool notesArrival = false;  // For traces.
  // Begins each connection, as TLS does. Empty: a connection begins with a request.
  std::function<kj::Promise<SecuredStream>(kj::Own<kj::AsyncIoStream>)> handshake;
  OriginPolicy origins;
};

class Connection;

// Those that wait for a request's head, the one that waits longest first.
using WaitingConnections = std::list<Connection*>;

// State that all connections of a server share. All of it is borrowed.
struct ConnectionContext {
  const HttpSettings& settings;
  kj::Timer& timer;
  HttpDate& date;
  const Router& router;
  HttpMetrics& metrics;
  MemoryBudget& budget;
  WaitingConnections& waiting;
  RequestGuard* guard;  // Null: every request may pass.
};

// Serves requests in the order they came, one at a time; what a client pipelines waits in the
// input buffer, which bounds it. Destroying the connection abandons the request in flight.
//
// A client that goes away cancels its request. TCP does not tell a client that has closed its
// socket from one that has finished sending and still reads (both send a FIN, and the latter is
// legal HTTP), so at end of input the peer is probed with a byte of what it is to be sent anyway:
// the closed one answers with a reset. The probe repeats, since the reader may leave later. A
// client that fills the whole look-ahead buffer while its request runs is probed as well: its FIN
// may wait behind what we do not read.
class Connection {
 public:
  // `peer` is for the guard.
  Connection(kj::Own<kj::AsyncIoStream> stream, const ConnectionContext& context, Peer peer = {});
  ~Connection() noexcept(false);
  KJ_DISALLOW_COPY(Connection);

  // Resolves when the connection is over. Broken only by errors of this connection. Call once.
  kj::Promise<void> run();
  // Ends an idle connection now, a busy one after its response.
  void drain();
  // The next answer is the last one; until then, requests are taken.
  void retire();
  // Ends one that waits for a request's head.
  void makeRoom();

 private:
  enum class Phase { idle, header, body, answering, closing };
  enum class Received { request, failure, nothing };

  kj::Promise<void> serve();
  kj::Promise<Received> readRequest();
  kj::Promise<Received> readMore();
  void enterPhase(Phase phase);
  void stopWaiting();
  bool chargeBody();
  bool isHeadComplete() const;
  void askGuard();
  Received timedOut();
  kj::Promise<bool> answer();
  kj::Promise<void> handle();
  kj::Promise<void> dispatch();
  kj::Promise<void> refuse();
  kj::Promise<void> whenPeerGone();
  kj::Promise<void> whenGoneBehindInput();
  kj::Promise<void> probeUntilGone(kj::Duration pause);
  kj::Promise<void> closeGracefully();
  kj::Promise<void> discardInput();

  kj::Own<kj::AsyncIoStream> stream_;
  const ConnectionContext context_;
  const HttpSettings& settings_;
  kj::Timer& timer_;
  InputBuffer input_;
  BufferShare share_;  // The request's memory stays charged until it is answered.
  uint64_t bodyCharged_ = 0;
  ResponseWriter writer_;
  std::optional<RequestReader> reader_;
  Phase phase_ = Phase::idle;
  kj::TimePoint deadline_;
  bool sentContinue_ = false;
  bool retiring_ = false;
  bool isFirst_ = true;
  std::optional<WaitingConnections::iterator> waitingPlace_;
  HttpFailure failure_;
  bool isGuarded_ = false;               // This request has been decided about.
  std::optional<HttpResponse> refusal_;  // By the guard.
  const Peer peer_;
  kj::Canceler canceler_;
};

}  // namespace brood::gateway
