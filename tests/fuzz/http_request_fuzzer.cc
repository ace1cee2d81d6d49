// Bytes of a client against the request reader.
//
// Properties: how the bytes are cut changes nothing; an accepted request keeps to the limits and,
// written out again in another framing, reads as the same request; a refusal is one of our own.
#include <set>

#include "gateway/http/request_reader.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {

using namespace gateway;

namespace {

using State = RequestReader::State;

// Small, so that inputs reach them.
constexpr RequestReader::Limits kLimits{512, 256};

struct Reading {
  State state = State::header;
  size_t consumed = 0;
  HttpRequest request;
  HttpFailure failure;
};

// As the connection does: what was not consumed comes again.
Reading read(std::string_view wire, const Cuts& cuts, RequestReader::Limits limits = kLimits) {
  RequestReader reader(limits);
  Reading reading;
  for (const size_t cut : cuts) {
    const auto offered = wire.substr(reading.consumed, cut - reading.consumed);
    const size_t taken = reader.feed(offered);
    require(taken <= offered.size(), "nothing is consumed that was not offered");
    reading.consumed += taken;
    if (reader.state() == State::complete || reader.state() == State::failed) break;
  }
  reading.state = reader.state();
  reading.request = reader.request();
  reading.failure = reader.failure();
  return reading;
}

std::string shown(const Reading& reading) {
  const auto& request = reading.request;
  return "state " + std::to_string(static_cast<int>(reading.state)) + ", " +
         std::to_string(reading.failure.status) + " " + reading.failure.code + ": " +
         reading.failure.message + "\n" + request.method + " " + request.path + " type '" +
         request.contentType + "' accept '" + request.accept + "' body '" + request.body + "' " +
         (request.isHttp11 ? "1.1 " : "1.0 ") + (request.keepAlive ? "keep-alive " : "close ") +
         (request.expectsContinue ? "expects\n" : "\n");
}

void requireSame(const Reading& one, const Reading& other, const char* property) {
  require(shown(one) == shown(other), property, shown(one) + shown(other));
}

void checkRefusal(const HttpFailure& failure) {
  static const std::set<unsigned> kStatuses{400, 413, 417, 431, 501, 505};
  require(kStatuses.contains(failure.status), "a refusal has a status of ours", failure.message);
  require(!failure.code.empty() && !failure.message.empty(), "a refusal says why");
}

std::string headOf(const HttpRequest& request, const std::string& framing) {
  std::string head = request.method + " " + request.path;
  head += request.isHttp11 ? " HTTP/1.1\r\nHost: h\r\n" : " HTTP/1.0\r\n";
  head += request.keepAlive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  if (request.expectsContinue) head += "Expect: 100-continue\r\n";
  if (!request.contentType.empty()) head += "Content-Type: " + request.contentType + "\r\n";
  if (!request.accept.empty()) head += "Accept: " + request.accept + "\r\n";
  return head + framing + "\r\n\r\n";
}

std::string withLength(const HttpRequest& request) {
  return headOf(request, "Content-Length: " + std::to_string(request.body.size())) + request.body;
}

// Two chunks where the body has two bytes.
std::string inChunks(const HttpRequest& request) {
  std::string wire = headOf(request, "Transfer-Encoding: chunked");
  const std::string_view body = request.body;
  for (const auto part : {body.substr(0, body.size() / 2), body.substr(body.size() / 2)}) {
    if (part.empty()) continue;
    char size[24];
    std::snprintf(size, sizeof(size), "%zX\r\n", part.size());
    wire.append(size).append(part).append("\r\n");
  }
  return wire + "0\r\n\r\n";
}

void checkAccepted(const Reading& reading, std::string_view wire) {
  const auto& request = reading.request;
  require(request.body.size() <= kLimits.bodyBytes, "no body is longer than its limit");
  require(!request.method.empty() && !request.path.empty(), "a request has a method and a path");

  const std::string next = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string pipelined = std::string(wire.substr(0, reading.consumed)) + next;
  const auto first = read(pipelined, {pipelined.size()});
  requireSame(first, reading, "what follows a request does not change it");
  require(first.consumed == reading.consumed, "a request ends where it ends");

  // Our own head may be longer than the one that came.
  const RequestReader::Limits wide{kLimits.headerBytes + 256, kLimits.bodyBytes};
  std::vector<std::string> rewritten{withLength(request)};
  if (request.isHttp11) rewritten.push_back(inChunks(request));
  for (const auto& text : rewritten) {
    const auto again = read(text, {text.size()}, wide);
    requireSame(again, reading, "written out again it is the same request");
    require(again.consumed == text.size(), "and nothing is left over");
  }
}

void check(std::string_view wire) {
  const auto whole = read(wire, {wire.size()});
  for (const auto& cuts : waysToCut(wire)) {
    const auto inPieces = read(wire, cuts);
    requireSame(inPieces, whole, "how the bytes are cut changes nothing");
    require(whole.state != State::complete || inPieces.consumed == whole.consumed,
            "nor where the request ends");
  }
  if (whole.state == State::failed) checkRefusal(whole.failure);
  if (whole.state == State::complete) checkAccepted(whole, wire);
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
