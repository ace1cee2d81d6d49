// Bytes of a job against the reader of ClientHellos.
//
// Properties: a reading that needs more says how much and never too much; what comes behind a whole
// hello changes nothing; nothing is said of a part that the whole takes back.
#include "egress/protocols/client_hello.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {
namespace {

using egress::HelloReading;
using State = HelloReading::State;

void requireSame(const HelloReading& one, const HelloReading& other, const char* property) {
  require(one.state == other.state && one.serverName == other.serverName, property);
}

void check(std::string_view bytes) {
  const auto whole = egress::readClientHello(bytes);
  if (whole.state == State::needMore) {
    require(whole.needs > bytes.size(), "more is needed than is there");
    require(whole.needs <= egress::kLongestHelloBytes, "and no more than a hello may have");
  }
  require(!whole.serverName || !whole.serverName->empty(), "a name is not empty");
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto part = egress::readClientHello(bytes.substr(0, size));
    if (part.state == State::needMore) continue;
    requireSame(part, whole, "what comes later changes nothing");
  }
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
