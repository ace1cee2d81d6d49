#include "cli/bridge/mcp_bridge.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <stdexcept>
#include <system_error>
#include <utility>

namespace brood::cli {
namespace {

constexpr size_t kReadBytes = 64 * 1024;
// The poll ends earlier for anything that happens.
constexpr int kPollMs = 60'000;

void writeAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw std::system_error(errno, std::generic_category(), "standard output");
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

McpBridge::McpBridge(BridgeOptions options, int inFd, int outFd)
    : options_(std::move(options)), inFd_(inFd), outFd_(outFd) {
  if (::curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
      (multi_ = ::curl_multi_init()) == nullptr) {
    throw std::runtime_error("libcurl cannot be used");
  }
}

McpBridge::~McpBridge() {
  exchanges_.clear();
  ::curl_multi_cleanup(multi_);
}

void McpBridge::run() {
  while (!hasEnded_ || !exchanges_.empty()) {
    int running = 0;
    ::curl_multi_perform(multi_, &running);
    endFinished();
    if (hasEnded_ && exchanges_.empty()) return;
    curl_waitfd input{inFd_, CURL_WAIT_POLLIN, 0};
    ::curl_multi_poll(multi_, &input, hasEnded_ ? 0 : 1, kPollMs, nullptr);
    if (!hasEnded_ && input.revents != 0) readInput();
  }
}

void McpBridge::readInput() {
  char bytes[kReadBytes];
  const ssize_t count = ::read(inFd_, bytes, sizeof(bytes));
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count <= 0) {
    hasEnded_ = true;
    if (!input_.empty()) takeLine(std::exchange(input_, {}));
    return;
  }
  std::string_view received(bytes, static_cast<size_t>(count));
  while (!received.empty()) {
    const auto end = received.find('\n');
    input_.append(received.substr(0, end));
    if (end == std::string_view::npos) return;
    received.remove_prefix(end + 1);
    takeLine(std::exchange(input_, {}));
  }
}

void McpBridge::takeLine(std::string text) {
  if (text.find_first_not_of(" \t\r") == std::string::npos) return;
  BridgeLine line = readBridgeLine(text);
  if (cancels(line)) return;
  auto headers = bridgeHeaders(line, agreed_);
  if (!options_.key.empty()) headers.push_back("Authorization: Bearer " + options_.key);
  exchanges_.push_back(std::make_unique<BridgeExchange>(
      multi_, options_.url, headers, line, std::move(text),
      [this, line](const std::string& message) { say(line, message); }));
}

bool McpBridge::cancels(const BridgeLine& line) {
  if (line.cancelled.empty()) return false;
  for (auto each = exchanges_.begin(); each != exchanges_.end(); ++each) {
    if ((*each)->line().id != line.cancelled) continue;
    if ((*each)->line().version.empty()) return false;
    exchanges_.erase(each);
    return true;
  }
  return false;
}

void McpBridge::endFinished() {
  int left = 0;
  while (const CURLMsg* message = ::curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    char* owner = nullptr;
    ::curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
    auto* exchange = reinterpret_cast<BridgeExchange*>(owner);
    exchange->finish(code);
    exchanges_.remove_if([exchange](const auto& each) { return each.get() == exchange; });
  }
}

void McpBridge::say(const BridgeLine& line, const std::string& message) {
  if (line.method == "initialize") agreed_ = agreedVersion(message);
  writeAll(outFd_, onOneLine(message) + "\n");
}

}  // namespace brood::cli
