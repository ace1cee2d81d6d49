#pragma once
// The supervisor's end of the broker's control socket: questions and their answers.

#include <kj/async.h>

#include <functional>
#include <map>
#include <vector>

#include "base/owned_fd.h"
#include "egress/control/control_message.h"
#include "rpc/loop/uv_event_port.h"
#include "supervisor/zygotes/message_sender.h"

namespace brood::supervisor {

class BrokerLink {
 public:
  using Answer = kj::Own<egress::ControlMessage>;
  using Fill = std::function<void(egress::wire::ToBroker::Builder)>;

  BrokerLink(UvEventPort& port, OwnedFd socket);
  // Questions without an answer are rejected as DISCONNECTED.
  ~BrokerLink() noexcept(false);
  KJ_DISALLOW_COPY(BrokerLink);

  // The broker's first word. Once.
  kj::Promise<Answer> whenReady();
  // Resolves with the answer, which may be that it is refused. The descriptors are closed here once
  // they are on their way.
  kj::Promise<Answer> ask(const Fill& fill, std::vector<OwnedFd> fds = {});
  // Says that there will be no more questions, upon which the broker ends.
  void close() noexcept;
  // Reads answers until the broker has closed its end.
  kj::Promise<void> run();

 private:
  kj::Promise<Answer> await(uint64_t requestId);
  void take(kj::ArrayPtr<const kj::byte> bytes);

  OwnedFd socket_;
  UvFdObserver observer_;
  MessageSender sender_;
  uint64_t nextId_ = 1;
  std::map<uint64_t, kj::Own<kj::PromiseFulfiller<Answer>>> waiting_;
};

}  // namespace brood::supervisor
