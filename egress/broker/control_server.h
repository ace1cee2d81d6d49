#pragma once
// The broker's end of the control socket.

#include <deque>

#include "base/confinement/confinement.h"
#include "base/owned_fd.h"
#include "egress/broker/broker.h"
#include "egress/control/control_message.h"
#include "rpc/loop/uv_event_port.h"

namespace brood::egress {

// Messages are taken one after the other and answered in that order.
class ControlServer {
 public:
  // The port, broker and logger are borrowed.
  ControlServer(UvEventPort& port, OwnedFd socket, Broker& broker, spdlog::logger& logger);
  KJ_DISALLOW_COPY(ControlServer);

  void sendReady(const Confinement& confinement);
  // Resolves when the supervisor has closed its end.
  kj::Promise<void> run();

 private:
  kj::Promise<void> readOn();
  void take(kj::ArrayPtr<const kj::byte> bytes, kj::Vector<OwnedFd> fds);
  void answer(wire::ToBroker::Reader request, kj::Vector<OwnedFd> fds,
              wire::FromBroker::Builder reply);
  void send(capnp::MessageBuilder& message);
  kj::Promise<void> writeOn();

  OwnedFd socket_;
  UvFdObserver observer_;
  Broker& broker_;
  spdlog::logger& logger_;
  std::deque<kj::Array<kj::byte>> unsent_;
  kj::Promise<void> writing_ = nullptr;
};

}  // namespace brood::egress
