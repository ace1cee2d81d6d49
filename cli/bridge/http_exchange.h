#pragma once
// One POST to the gateway, among others that are under way.

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/bridge/bridge_line.h"
#include "cli/bridge/event_unpacker.h"

namespace brood::cli {

class BridgeExchange {
 public:
  // Gets each message of the answer, which may be one or a stream of them.
  using Say = std::function<void(std::string message)>;

  // `multi` is borrowed; the exchange is among its own until it is destroyed.
  BridgeExchange(CURLM* multi, const std::string& url, const std::vector<std::string>& headers,
                 BridgeLine line, std::string body, Say say);
  ~BridgeExchange();
  BridgeExchange(const BridgeExchange&) = delete;

  CURL* handle() const { return curl_.get(); }
  const BridgeLine& line() const { return line_; }

  // The answer has ended, well or not: says what is still to be said.
  void finish(CURLcode code);

 private:
  static size_t receive(char* bytes, size_t size, size_t count, void* self);
  bool isEventStream() const;
  void say(std::string message);

  CURLM* const multi_;
  const BridgeLine line_;
  const std::string body_;
  const Say say_;
  std::unique_ptr<CURL, void (*)(CURL*)> curl_;
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers_;
  EventUnpacker events_;
  std::string answer_;  // That is no event stream.
  bool isAnswered_ = false;
  char problem_[CURL_ERROR_SIZE] = {};
};

}  // namespace brood::cli
