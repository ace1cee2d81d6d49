#pragma once
// The whole recorder but main(), in a test's loop.

#include <capnp/rpc-twoparty.h>
#include <spdlog/logger.h>

#include <optional>

#include "recorder/recorder_server.h"
#include "rpc/loop/uv_io.h"
#include "tests/unit/recorder/temporary_folder.h"

namespace brood::recorder {

// Listens on a socket in a folder of its own; can be ended and started again as after a kill.
class RecorderHost {
 public:
  RecorderHost(UvAsyncIo& io, AuditOnFailure onFailure = AuditOnFailure::refuse)
      : io_(io), onFailure_(onFailure) {
    start();
  }

  void start() {
    parts_.emplace(*this);
    listening_ = io_.provider()
                     .getNetwork()
                     .parseAddress(kj::str("unix:", socketPath().c_str()))
                     .then([this](kj::Own<kj::NetworkAddress> address) {
                       receiver_ = address->listen();
                       return parts_->server.listen(*receiver_);
                     })
                     .eagerlyEvaluate(nullptr);
    listening_.poll(io_.waitScope());
  }
  void stop() {
    listening_ = nullptr;
    receiver_ = nullptr;
    parts_.reset();
    std::filesystem::remove(socketPath());
  }

  std::string socketPath() const { return folder_ / "recorder.sock"; }
  std::string keysPath() const { return folder_ / "keys.json"; }
  std::string auditPath() const { return folder_ / "audit.jsonl"; }
  KeyFeed& keys() { return parts_->keys; }
  UsageKeeper& usage() { return parts_->usage; }
  AuditLog& audit() { return parts_->audit; }

 private:
  struct Parts {
    explicit Parts(RecorderHost& host)
        : audit({host.auditPath(), AuditSync::never, host.onFailure_}),
          usage(host.folder_ / "usage.json", host.logger_),
          keys({host.keysPath(), {}, {}}, host.logger_),
          server(kj::heap<RecorderServer>(Destinations{&audit, nullptr, nullptr}, usage, keys,
                                          host.logger_)) {}
    AuditLog audit;
    UsageKeeper usage;
    KeyFeed keys;
    capnp::TwoPartyServer server;
  };

  UvAsyncIo& io_;
  const AuditOnFailure onFailure_;
  TemporaryFolder folder_;
  spdlog::logger logger_{"recorder"};
  std::optional<Parts> parts_;
  kj::Own<kj::ConnectionReceiver> receiver_;
  kj::Promise<void> listening_ = nullptr;
};

}  // namespace brood::recorder
