// Bytes of a job against the reader of SOCKS5.
//
// Properties: how the bytes are cut changes nothing; nothing is consumed that was not offered; a
// host that the policy takes for a name has come whole.
#include "egress/policy/host_name.h"
#include "egress/protocols/socks5.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {
namespace {

using egress::SocksReader;
using State = SocksReader::State;

std::string read(std::string_view wire, const Cuts& cuts) {
  SocksReader reader;
  size_t consumed = 0;
  std::string answers;
  for (const size_t cut : cuts) {
    while (true) {
      const auto offered = wire.substr(consumed, cut - consumed);
      const size_t taken = reader.feed(offered);
      require(taken <= offered.size(), "nothing is consumed that was not offered");
      consumed += taken;
      if (reader.state() != State::greeted) break;
      answers += reader.answer();
      reader.goOn();
    }
    if (reader.state() == State::complete || reader.state() == State::failed) break;
  }
  if (reader.state() == State::failed) answers += reader.answer() + reader.problem();
  const auto host = egress::readHost(reader.host());
  if (const auto* name = std::get_if<egress::HostName>(&host)) {
    require(name->text().size() + 1 >= reader.host().size(), "no part of a name is lost");
  }
  return std::to_string(static_cast<int>(reader.state())) + " " + std::to_string(consumed) + " " +
         reader.host() + ":" + std::to_string(reader.port()) + " " + answers;
}

void check(std::string_view wire) {
  const auto whole = read(wire, {wire.size()});
  for (const auto& cuts : waysToCut(wire)) {
    require(read(wire, cuts) == whole, "how the bytes are cut changes nothing");
  }
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
