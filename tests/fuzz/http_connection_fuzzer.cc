// All bytes of a client against a whole connection: reading, routing, answering, closing.
//
// Properties: how the bytes are cut changes nothing of what is answered; what is answered is a
// sequence of well-formed responses, of which only the last may be a refusal that closes.
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstring>

#include "gateway/http/connection.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {

using namespace gateway;

namespace {

namespace http = boost::beast::http;

// A client that has sent everything, in pieces, before the first answer, and then its FIN.
class ScriptedClient final : public kj::AsyncIoStream {
 public:
  ScriptedClient(std::string_view wire, const Cuts& cuts, std::string& answers)
      : wire_(wire), cuts_(cuts), answers_(answers) {}

  kj::Promise<size_t> tryRead(void* buffer, size_t, size_t maxBytes) override {
    while (piece_ < cuts_.size() && cuts_[piece_] == sent_) ++piece_;
    const size_t end = piece_ < cuts_.size() ? cuts_[piece_] : wire_.size();
    const size_t count = std::min(maxBytes, end - sent_);
    if (count > 0) std::memcpy(buffer, wire_.data() + sent_, count);
    sent_ += count;
    return count;
  }
  kj::Promise<void> write(const void* buffer, size_t size) override {
    answers_.append(static_cast<const char*>(buffer), size);
    return kj::READY_NOW;
  }
  kj::Promise<void> write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces) override {
    for (auto piece : pieces) {
      answers_.append(reinterpret_cast<const char*>(piece.begin()), piece.size());
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> whenWriteDisconnected() override { return kj::NEVER_DONE; }
  void shutdownWrite() override {}
  void setsockopt(int, int, const void*, kj::uint) override {}

 private:
  std::string_view wire_;
  const Cuts& cuts_;
  std::string& answers_;
  size_t sent_ = 0;
  size_t piece_ = 0;
};

kj::Promise<void> echo(HttpRequest& request, ResponseWriter& writer) {
  HttpResponse response;
  response.body = request.method + " " + request.body;
  return writer.send(std::move(response));
}

// Streams, so that chunks and "until close" are in play.
kj::Promise<void> relay(HttpRequest& request, ResponseWriter& writer) {
  return writer.startStream("text/event-stream", "start")
      .then([&request, &writer] { return writer.stream(request.body); })
      .then([&writer] { return writer.endStream("end"); });
}

// Interim responses come or not, depending on whether the body was already there; so do the
// comments that probe a client which has sent its FIN; dates pass.
std::string withoutChance(std::string answers) {
  for (const std::string chance : {"HTTP/1.1 100 Continue\r\n\r\n", "3\r\n:\n\n\r\n", ":\n\n"}) {
    for (size_t at; (at = answers.find(chance)) != std::string::npos;) {
      answers.erase(at, chance.size());
    }
  }
  const std::string date = "\r\nDate: ";
  for (size_t at = 0; (at = answers.find(date, at)) != std::string::npos; at += date.size()) {
    const size_t end = answers.find("\r\n", at + date.size());
    answers.erase(at + date.size(), end - at - date.size());
  }
  return answers;
}

class Gateway {
 public:
  Gateway() : waitScope_(loop_), timer_(kj::origin<kj::TimePoint>()) {
    settings_.maxHeaderBytes = 512;
    settings_.maxBodyBytes = 256;
    router_.add("POST", "/e", echo);
    router_.add("GET", "/e", echo);
    router_.add("POST", "/s", relay);
  }

  // All that the connection has answered by the time it has nothing left to do but wait.
  std::string answersTo(std::string_view wire, const Cuts& cuts) {
    std::string answers;
    Connection connection(
        kj::heap<ScriptedClient>(wire, cuts, answers),
        {settings_, timer_, date_, router_, metrics_, budget_, waiting_, nullptr});
    auto ended = connection.run();
    require(ended.poll(waitScope_), "a connection that has ended is given up", answers);
    ended.wait(waitScope_);
    return withoutChance(std::move(answers));
  }

 private:
  kj::EventLoop loop_;
  kj::WaitScope waitScope_;
  kj::TimerImpl timer_;
  HttpSettings settings_;
  HttpDate date_;
  Router router_;
  HttpMetrics metrics_;
  MemoryBudget budget_{1 << 20, metrics_};
  WaitingConnections waiting_;
};

// Reads the responses as a client would. Bodies of HEAD are left out, which only a client that
// knows its requests can tell: there the check ends.
void checkResponses(std::string_view answers) {
  bool closed = false;
  while (!answers.empty()) {
    require(!closed, "nothing follows a response that closes", std::string(answers));
    http::response_parser<http::string_body> parser;
    parser.eager(true);
    boost::system::error_code error;
    const size_t taken = parser.put(boost::asio::buffer(answers.data(), answers.size()), error);
    if (error == http::error::need_more) return;
    require(!error, "a response is well-formed", error.message() + "\n" + std::string(answers));
    if (parser.need_eof()) return;
    closed = !parser.keep_alive();
    answers.remove_prefix(taken);
  }
}

void check(std::string_view wire) {
  static Gateway gateway;
  const auto whole = gateway.answersTo(wire, {wire.size()});
  for (const auto& cuts : waysToCut(wire)) {
    const auto inPieces = gateway.answersTo(wire, cuts);
    require(inPieces == whole, "how the bytes are cut changes no answer", whole + "\n" + inPieces);
  }
  if (wire.find("HEAD") == std::string_view::npos) checkResponses(whole);
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
