#include "egress/control/control_message.h"

#include <kj/debug.h>

#include <cstring>

namespace brood::egress {
namespace {

kj::Array<capnp::word> toWords(kj::ArrayPtr<const kj::byte> bytes) {
  KJ_REQUIRE(bytes.size() % sizeof(capnp::word) == 0, "misshapen message on the control socket");
  auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.begin(), bytes.begin(), bytes.size());
  return words;
}

}  // namespace

kj::Array<kj::byte> toBytes(capnp::MessageBuilder& message) {
  auto words = capnp::messageToFlatArray(message);
  auto bytes = words.asBytes();
  return kj::heapArray<kj::byte>(bytes.begin(), bytes.size());
}

ControlMessage::ControlMessage(kj::ArrayPtr<const kj::byte> bytes)
    : words_(toWords(bytes)), reader_(words_) {}

}  // namespace brood::egress
