#pragma once
// Between a client on standard input and output, and a gateway that speaks MCP over HTTP.

#include <curl/curl.h>

#include <list>
#include <memory>
#include <string>

#include "cli/bridge/http_exchange.h"

namespace brood::cli {

struct BridgeOptions {
  std::string url;
  std::string key;  // Empty: none.
};

// Each line in is a POST, each message of an answer a line out, in the order in which they come.
class McpBridge {
 public:
  // Both descriptors are borrowed.
  McpBridge(BridgeOptions options, int inFd, int outFd);
  ~McpBridge();
  McpBridge(const McpBridge&) = delete;

  // Returns once the input has ended and all of it has been answered.
  void run();

 private:
  void readInput();
  void takeLine(std::string line);
  // Over HTTP a request of the stateless era is cancelled by closing its response.
  bool cancels(const BridgeLine& line);
  void endFinished();
  void say(const BridgeLine& line, const std::string& message);

  const BridgeOptions options_;
  const int inFd_, outFd_;
  bool hasEnded_ = false;
  std::string input_;   // A line that has not ended.
  std::string agreed_;  // The version of the handshake.
  CURLM* multi_;
  std::list<std::unique_ptr<BridgeExchange>> exchanges_;
};

}  // namespace brood::cli
