#pragma once
// One message of the control socket, as bytes and back.

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/array.h>

#include "egress/control/egress.capnp.h"

namespace brood::egress {

kj::Array<kj::byte> toBytes(capnp::MessageBuilder& message);

// A message that came, aligned as Cap'n Proto wants it. Throws for bytes that are no message.
class ControlMessage {
 public:
  explicit ControlMessage(kj::ArrayPtr<const kj::byte> bytes);
  KJ_DISALLOW_COPY(ControlMessage);

  wire::ToBroker::Reader toBroker() { return reader_.getRoot<wire::ToBroker>(); }
  wire::FromBroker::Reader fromBroker() { return reader_.getRoot<wire::FromBroker>(); }

 private:
  kj::Array<capnp::word> words_;
  capnp::FlatArrayMessageReader reader_;
};

}  // namespace brood::egress
