#pragma once
// The gateway's connection to the supervisor.

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <kj/timer.h>
#include <spdlog/logger.h>

#include <string>

#include "rpc/calls/supervisor.capnp.h"

namespace brood::gateway {

// Connects, and connects again when the connection is lost, for as long as it lives. Calls under
// way at the loss are broken with DISCONNECTED.
class SupervisorLink {
 public:
  // All borrowed but the path and the options, which say how large what is received may be.
  SupervisorLink(kj::Network& network, kj::Timer& timer, std::string socketPath,
                 const capnp::ReaderOptions& options, spdlog::logger& logger);
  ~SupervisorLink() noexcept(false);
  KJ_DISALLOW_COPY(SupervisorLink);

  // Nothing while there is no connection.
  kj::Maybe<rpc::Supervisor::Client> supervisor();
  // Resolves at the next change between connected and not, for tests and logs.
  kj::Promise<void> whenChanged();

 private:
  struct Session;

  kj::Promise<void> keepConnected();
  kj::Promise<void> connect();
  void changed();

  kj::Network& network_;
  kj::Timer& timer_;
  std::string socketPath_;
  const capnp::ReaderOptions options_;
  spdlog::logger& logger_;
  kj::Duration pause_;
  bool complained_ = false;
  kj::Maybe<kj::Own<Session>> session_;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> watcher_;
  kj::Promise<void> running_ = nullptr;
};

}  // namespace brood::gateway
