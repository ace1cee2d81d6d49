#include "recorder/exports/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>

namespace brood::recorder {
namespace {

constexpr size_t kMaxReplyBytes = 64u << 10;

// libcurl wants to be told once per process, before there are threads that use it.
void requireCurl() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (::curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      throw std::runtime_error("libcurl cannot be used");
    }
  });
}

// The part beyond the bound is read and forgotten, so that the connection can be used again.
size_t keepReply(char* bytes, size_t size, size_t count, void* reply) {
  auto& body = static_cast<HttpReply*>(reply)->body;
  body.append(bytes, std::min(size * count, kMaxReplyBytes - body.size()));
  return size * count;
}

int stopIfAsked(void* isStopped, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(isStopped)->load() ? 1 : 0;
}

struct Headers {
  explicit Headers(const std::vector<std::string>& lines) {
    for (const auto& line : lines) list = ::curl_slist_append(list, line.c_str());
    // libcurl would ask for leave to send what is longer than 1 KiB, and wait for it.
    list = ::curl_slist_append(list, "Expect:");
  }
  ~Headers() { ::curl_slist_free_all(list); }
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;

  curl_slist* list = nullptr;
};

}  // namespace

struct HttpClient::State {
  State() : curl(::curl_easy_init(), &::curl_easy_cleanup) {
    if (!curl) throw std::runtime_error("libcurl cannot be used");
  }

  template <typename Value>
  void set(CURLoption option, Value value) {
    if (::curl_easy_setopt(curl.get(), option, value) != CURLE_OK) {
      throw std::runtime_error("libcurl does not know an option that it should");
    }
  }

  std::unique_ptr<CURL, void (*)(CURL*)> curl;
};

HttpClient::HttpClient(const Options& options, const std::atomic<bool>& isStopped) {
  requireCurl();
  state_ = std::make_unique<State>();
  state_->set(CURLOPT_NOSIGNAL, 1L);
  state_->set(CURLOPT_PROTOCOLS_STR, "http,https");
  state_->set(CURLOPT_FOLLOWLOCATION, 0L);
  state_->set(CURLOPT_SSL_VERIFYPEER, 1L);
  state_->set(CURLOPT_SSL_VERIFYHOST, 2L);
  state_->set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connectTimeout.count()));
  state_->set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  state_->set(CURLOPT_USERAGENT, "brood/" BROOD_VERSION);
  state_->set(CURLOPT_WRITEFUNCTION, &keepReply);
  state_->set(CURLOPT_NOPROGRESS, 0L);
  state_->set(CURLOPT_XFERINFOFUNCTION, &stopIfAsked);
  state_->set(CURLOPT_XFERINFODATA, static_cast<const void*>(&isStopped));
  if (!options.caFile.empty()) state_->set(CURLOPT_CAINFO, options.caFile.c_str());
}

HttpClient::~HttpClient() = default;

HttpReply HttpClient::post(const std::string& url, const std::vector<std::string>& headers,
                           std::string_view body) {
  HttpReply reply;
  const Headers list(headers);
  state_->set(CURLOPT_URL, url.c_str());
  state_->set(CURLOPT_HTTPHEADER, list.list);
  state_->set(CURLOPT_POST, 1L);
  state_->set(CURLOPT_POSTFIELDS, body.data());
  state_->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  state_->set(CURLOPT_WRITEDATA, static_cast<void*>(&reply));
  const CURLcode code = ::curl_easy_perform(state_->curl.get());
  if (code != CURLE_OK) {
    reply.problem = ::curl_easy_strerror(code);
    reply.body.clear();
    return reply;
  }
  ::curl_easy_getinfo(state_->curl.get(), CURLINFO_RESPONSE_CODE, &reply.status);
  curl_off_t seconds = 0;
  ::curl_easy_getinfo(state_->curl.get(), CURLINFO_RETRY_AFTER, &seconds);
  reply.retryAfter = std::chrono::seconds(seconds);
  return reply;
}

std::string urlProblem(const std::string& url) {
  requireCurl();
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(::curl_url(), &::curl_url_cleanup);
  if (::curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return "is not a URL";
  }
  char* scheme = nullptr;
  if (::curl_url_get(parsed.get(), CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK)
    return "has no scheme";
  const std::string name = scheme;
  ::curl_free(scheme);
  if (name != "http" && name != "https") return "must begin with https:// or http://";
  char* user = nullptr;
  if (::curl_url_get(parsed.get(), CURLUPART_USER, &user, 0) == CURLUE_OK) {
    ::curl_free(user);
    return "must not have a user in it";
  }
  return "";
}

}  // namespace brood::recorder
