#include "supervisor/front/rpc_listener.h"

#include <capnp/rpc-twoparty.h>
#include <spdlog/spdlog.h>

#include "base/plain_text.h"

namespace brood::supervisor {

struct RpcListener::Session {
  Session(kj::Own<kj::AsyncIoStream> connected, capnp::Capability::Client capability,
          const capnp::ReaderOptions& options)
      : stream(kj::mv(connected)),
        network(*stream, capnp::rpc::twoparty::Side::SERVER, options),
        system(capnp::makeRpcServer(network, kj::mv(capability))) {}

  kj::Own<kj::AsyncIoStream> stream;
  capnp::TwoPartyVatNetwork network;
  capnp::RpcSystem<capnp::rpc::twoparty::VatId> system;
};

RpcListener::RpcListener(capnp::Capability::Client capability, const capnp::ReaderOptions& options)
    : capability_(kj::mv(capability)), options_(options), sessions_(*this) {}

kj::Promise<void> RpcListener::listen(kj::ConnectionReceiver& receiver) {
  return receiver.accept().then([this, &receiver](kj::Own<kj::AsyncIoStream> stream) {
    accept(kj::mv(stream));
    return listen(receiver);
  });
}

void RpcListener::accept(kj::Own<kj::AsyncIoStream> stream) {
  auto session = kj::heap<Session>(kj::mv(stream), capability_, options_);
  auto ended = session->network.onDisconnect();
  sessions_.add(ended.attach(kj::mv(session)));
}

void RpcListener::taskFailed(kj::Exception&& exception) {
  spdlog::debug("RPC connection: {}", plainText(exception));
}

}  // namespace brood::supervisor
