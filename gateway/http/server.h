#pragma once
// Accepts connections and keeps their number within bounds.

#include <kj/async-io.h>
#include <kj/timer.h>
#include <spdlog/logger.h>

#include <unordered_set>

#include "gateway/http/connection.h"

namespace brood {

// Owns every connection. One that fails takes nothing else with it.
class HttpServer final : private kj::TaskSet::ErrorHandler {
 public:
  // All borrowed.
  HttpServer(kj::Timer& timer, const HttpSettings& settings, const Router& router,
             HttpMetrics& metrics, spdlog::logger& logger);
  ~HttpServer() noexcept(false);
  KJ_DISALLOW_COPY(HttpServer);

  // Starts accepting; goes on until drain().
  void accept(kj::Own<kj::ConnectionReceiver> receiver);
  // Closes the listener and the idle connections; resolves when the busy ones have answered.
  kj::Promise<void> drain();

  // Resolves when there is no connection. At most one waiter.
  kj::Promise<void> whenIdle() { return tasks_.onEmpty(); }
  size_t connectionCount() const { return connections_.size(); }

 private:
  kj::Promise<void> acceptNext();
  void adopt(kj::Own<kj::AsyncIoStream> stream);
  kj::Promise<void> turnAway(kj::Own<kj::AsyncIoStream> stream);
  void taskFailed(kj::Exception&& exception) override;

  kj::Timer& timer_;
  const HttpSettings& settings_;
  const Router& router_;
  HttpMetrics& metrics_;
  spdlog::logger& logger_;
  HttpDate date_;
  kj::Maybe<kj::Own<kj::ConnectionReceiver>> receiver_;
  kj::Promise<void> accepting_ = kj::READY_NOW;
  std::unordered_set<Connection*> connections_;
  uint32_t turnedAway_ = 0;
  kj::TaskSet tasks_;
};

}  // namespace brood
