#include "cli/bridge/http_exchange.h"

#include <stdexcept>
#include <utility>

namespace brood::cli {
namespace {

constexpr size_t kMaxAnswerBytes = 256u << 20;

template <typename Value>
void set(CURL* curl, CURLoption option, Value value) {
  if (::curl_easy_setopt(curl, option, value) != CURLE_OK) {
    throw std::runtime_error("libcurl does not know an option that it should");
  }
}

curl_slist* listOf(const std::vector<std::string>& lines) {
  curl_slist* list = nullptr;
  for (const auto& line : lines) list = ::curl_slist_append(list, line.c_str());
  // libcurl would ask for leave to send what is longer than 1 KiB, and wait for it.
  return ::curl_slist_append(list, "Expect:");
}

}  // namespace

BridgeExchange::BridgeExchange(CURLM* multi, const std::string& url,
                               const std::vector<std::string>& headers, BridgeLine line,
                               std::string body, Say say)
    : multi_(multi),
      line_(std::move(line)),
      body_(std::move(body)),
      say_(std::move(say)),
      curl_(::curl_easy_init(), &::curl_easy_cleanup),
      headers_(listOf(headers), &::curl_slist_free_all),
      events_([this](std::string data) { this->say(std::move(data)); }) {
  if (!curl_) throw std::runtime_error("libcurl cannot be used");
  CURL* curl = curl_.get();
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_HTTPHEADER, headers_.get());
  set(curl, CURLOPT_POSTFIELDS, body_.data());
  set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
  set(curl, CURLOPT_WRITEFUNCTION, &BridgeExchange::receive);
  set(curl, CURLOPT_WRITEDATA, this);
  set(curl, CURLOPT_ERRORBUFFER, problem_);
  set(curl, CURLOPT_PRIVATE, this);
  ::curl_multi_add_handle(multi_, curl);
}

BridgeExchange::~BridgeExchange() { ::curl_multi_remove_handle(multi_, curl_.get()); }

bool BridgeExchange::isEventStream() const {
  const char* type = nullptr;
  ::curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_TYPE, &type);
  return type != nullptr && std::string_view(type).starts_with("text/event-stream");
}

size_t BridgeExchange::receive(char* bytes, size_t size, size_t count, void* self) {
  auto& exchange = *static_cast<BridgeExchange*>(self);
  const std::string_view received(bytes, size * count);
  if (exchange.isEventStream()) {
    exchange.events_.feed(received);
  } else if (exchange.answer_.size() + received.size() > kMaxAnswerBytes) {
    return 0;
  } else {
    exchange.answer_ += received;
  }
  return received.size();
}

void BridgeExchange::say(std::string message) {
  // Progress has no id; a request has one answer.
  if (!line_.id.empty() && message.find("\"method\"") == std::string::npos) isAnswered_ = true;
  say_(std::move(message));
}

void BridgeExchange::finish(CURLcode code) {
  if (line_.id.empty()) return;
  if (code != CURLE_OK) {
    const std::string why = problem_[0] != '\0' ? problem_ : ::curl_easy_strerror(code);
    if (!isAnswered_) say_(bridgeError(line_.id, "the gateway cannot be reached: " + why));
    return;
  }
  if (!answer_.empty() && isMessage(answer_)) return say(std::move(answer_));
  long status = 0;
  ::curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
  // Without an answer on purpose: the request has been cancelled.
  if (isAnswered_ || status / 100 == 2) return;
  say_(bridgeError(
      line_.id, "the gateway answered " + std::to_string(status) + ": " + answer_.substr(0, 500)));
}

}  // namespace brood::cli
