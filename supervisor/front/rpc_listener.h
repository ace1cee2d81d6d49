#pragma once
// Serves one capability to everybody who connects.

#include <capnp/capability.h>
#include <capnp/message.h>
#include <kj/async-io.h>

namespace brood::supervisor {

// As capnp::TwoPartyServer, whose connections end at a message of 64 MiB whatever is configured.
class RpcListener final : private kj::TaskSet::ErrorHandler {
 public:
  // `options` say how large a message may be that a client sends, and one that it is sent.
  RpcListener(capnp::Capability::Client capability, const capnp::ReaderOptions& options);
  KJ_DISALLOW_COPY(RpcListener);

  // Serves for as long as the promise is kept. Rejects when `receiver`, which is borrowed, does.
  kj::Promise<void> listen(kj::ConnectionReceiver& receiver);

 private:
  struct Session;

  void accept(kj::Own<kj::AsyncIoStream> stream);
  void taskFailed(kj::Exception&& exception) override;

  capnp::Capability::Client capability_;
  const capnp::ReaderOptions options_;
  kj::TaskSet sessions_;
};

}  // namespace brood::supervisor
