#pragma once
// A raw HTTP client on one connection: sends any bytes, reads responses apart strictly.

#include <kj/async-io.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace brood::gateway {

struct ClientResponse {
  unsigned status = 0;
  std::map<std::string, std::string> headers;  // Names in lower case.
  std::string body;

  nlohmann::json json() const { return nlohmann::json::parse(body); }
  std::string errorCode() const { return json()["error"]["code"]; }
};

class HttpClient {
 public:
  HttpClient(kj::Own<kj::AsyncIoStream> stream, kj::WaitScope& scope)
      : stream_(kj::mv(stream)), scope_(scope) {}

  void send(std::string_view bytes);
  // Fails the test at end of file. `isHead`: the response has no body whatever it says.
  ClientResponse receive(bool isHead = false);
  // One line, without its CR LF or LF.
  std::string receiveLine();
  // Everything up to end of file or reset.
  std::string receiveRest();
  // Bytes of the next chunk of a chunked body; empty for the last.
  std::string receiveChunk();
  ClientResponse receiveHead();
  std::string receiveBytes(size_t count);
  // They come once more.
  void unread(std::string_view bytes) { buffer_.insert(0, bytes); }
  void closeSendingSide() { stream_->shutdownWrite(); }
  void close() { stream_ = nullptr; }
  kj::AsyncIoStream& stream() { return *stream_; }

 private:
  bool fill();

  kj::Own<kj::AsyncIoStream> stream_;
  kj::WaitScope& scope_;
  std::string buffer_;
};

std::string postRequest(std::string_view path, std::string_view body,
                        std::string_view headers = {});
std::string executeRequest(std::string_view code, std::string_view headers = {});

}  // namespace brood::gateway
