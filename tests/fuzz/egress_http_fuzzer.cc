// Bytes of a job against the proxy's reader of HTTP.
//
// Properties: how the bytes are cut changes nothing; what a server is sent reads, by the same
// strict reader, as one request for the host that was asked for, with the framing that was read; no
// field for this connection only is passed on.
#include <boost/beast/core/string.hpp>

#include "egress/policy/host_name.h"
#include "egress/protocols/proxy_request.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {
namespace {

using egress::HttpRequestReader;
using egress::ProxyRequest;

// Small, so that inputs reach it.
constexpr size_t kMaxHead = 512;

std::string read(std::string_view wire, const Cuts& cuts) {
  HttpRequestReader reader(kMaxHead);
  std::string body;
  char room[16];
  size_t consumed = 0;
  for (const size_t cut : cuts) {
    while (true) {
      const auto offered = wire.substr(consumed, cut - consumed);
      size_t produced = 0;
      const size_t taken =
          reader.hasHead() ? reader.feedBody(offered, room, produced) : reader.feedHead(offered);
      require(taken <= offered.size() && produced <= sizeof(room), "nothing is out of bounds");
      consumed += taken;
      body.append(room, produced);
      if (taken == 0 && produced == 0) break;
    }
    if (reader.problem() || (reader.hasHead() && reader.isDone())) break;
  }
  if (reader.problem()) return "problem";
  // The last few bytes of an unfinished body may still be waiting.
  if (!reader.hasHead() || !reader.isDone()) return "more";
  return "done " + std::to_string(consumed) + " " + body;
}

void checkPassedOn(const ProxyRequest& request, const HttpRequestReader& reader) {
  const auto host = egress::readHost(request.host);
  if (std::holds_alternative<egress::HostProblem>(host)) return;
  const std::string sent = egress::headForServer(request, "target.example", reader.framing());
  HttpRequestReader again(sent.size() + 1);
  require(again.feedHead(sent) == sent.size(), "what is sent is one whole head", sent);
  const auto& head = again.head();
  require(head.count(boost::beast::http::field::host) == 1, "it has one host", sent);
  require(head["Host"] == "target.example", "which is the one that was checked", sent);
  for (const char* name : {"Connection", "Upgrade", "TE", "Proxy-Authorization", "Keep-Alive",
                           "Proxy-Connection", "Trailer", "Expect"}) {
    require(head.count(name) == 0, "fields for one connection are not passed on", sent);
  }
  require(again.framing().kind == reader.framing().kind &&
              again.framing().length == reader.framing().length,
          "the body ends where it ended", sent);
}

void check(std::string_view wire) {
  const auto whole = read(wire, {wire.size()});
  for (const auto& cuts : waysToCut(wire)) {
    const auto inPieces = read(wire, cuts);
    require(inPieces == whole, "how the bytes are cut changes nothing", inPieces + "\n" + whole);
  }
  HttpRequestReader reader(kMaxHead);
  reader.feedHead(wire);
  if (!reader.hasHead()) return;
  const auto request = egress::readProxyRequest(reader);
  if (const auto* accepted = std::get_if<ProxyRequest>(&request)) {
    if (!accepted->isTunnel) checkPassedOn(*accepted, reader);
  }
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
