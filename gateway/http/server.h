#pragma once
// Accepts connections and keeps their number within bounds.

#include <kj/async-io.h>
#include <kj/timer.h>
#include <spdlog/logger.h>

#include <unordered_set>

#include "gateway/http/connection.h"

namespace brood::gateway {

// Owns every connection. One that fails takes nothing else with it. Where there are as many as
// there may be, the one that has waited longest for a request gives way to a new one; a new one is
// turned away only while all others have a request in progress.
class HttpServer final : private kj::TaskSet::ErrorHandler {
 public:
  // All borrowed.
  HttpServer(kj::Timer& timer, const HttpSettings& settings, const Router& router,
             HttpMetrics& metrics, MemoryBudget& budget, spdlog::logger& logger,
             RequestGuard* guard = nullptr);
  ~HttpServer() noexcept(false);
  KJ_DISALLOW_COPY(HttpServer);

  // Starts accepting; goes on until drain().
  void accept(kj::Own<kj::ConnectionReceiver> receiver);
  // Every connection's next answer is its last, so that a client that keeps one finds another
  // server with its next. All that comes is answered still.
  void retire();
  // Closes the listener and the idle connections; resolves when the busy ones have answered.
  kj::Promise<void> drain();

  // Resolves when there is no connection. At most one waiter.
  kj::Promise<void> whenIdle() { return tasks_.onEmpty(); }
  size_t connectionCount() const { return connections_.size(); }

 private:
  kj::Promise<void> acceptNext();
  // Takes a new connection, makes room for it, or turns it away.
  void place(kj::Own<kj::AsyncIoStream> stream);
  void adopt(kj::Own<kj::AsyncIoStream> stream);
  void serve(kj::Own<kj::AsyncIoStream> stream, Peer peer);
  kj::Promise<void> turnAway(kj::Own<kj::AsyncIoStream> stream);
  void taskFailed(kj::Exception&& exception) override;

  kj::Timer& timer_;
  const HttpSettings& settings_;
  HttpMetrics& metrics_;
  spdlog::logger& logger_;
  MemoryBudget& budget_;
  HttpDate date_;
  WaitingConnections waiting_;
  const ConnectionContext context_;
  kj::Maybe<kj::Own<kj::ConnectionReceiver>> receiver_;
  kj::Promise<void> accepting_ = kj::READY_NOW;
  std::unordered_set<Connection*> connections_;
  bool isRetiring_ = false;
  uint32_t turnedAway_ = 0;
  size_t handshaking_ = 0;
  kj::TaskSet tasks_;
};

}  // namespace brood::gateway
