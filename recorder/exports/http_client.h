#pragma once
// HTTP requests to servers of others, by libcurl. See docs/decisions/0060.

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace brood::recorder {

struct HttpReply {
  long status = 0;      // 0: there was no answer.
  std::string body;     // Its first 64 KiB.
  std::string problem;  // Why there was none, for people; has no header and no body in it.
  std::chrono::milliseconds retryAfter{0};
};

// One connection that is kept open between requests, used by one thread. Waits for each answer.
// Follows no redirection, speaks HTTP and HTTPS only, and verifies certificates against the
// system's trust store. Proxies are taken from the environment, as everywhere.
class HttpClient {
 public:
  struct Options {
    std::chrono::milliseconds connectTimeout{5'000};
    std::chrono::milliseconds timeout{30'000};
    std::string caFile;  // Instead of the system's; empty: the system's.
  };

  // `isStopped` is borrowed: once it is true, requests end.
  HttpClient(const Options& options, const std::atomic<bool>& isStopped);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // `headers` as "Name: value".
  HttpReply post(const std::string& url, const std::vector<std::string>& headers,
                 std::string_view body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Empty if `url` is one that may be sent to: http or https, with a host, without a user in it.
std::string urlProblem(const std::string& url);

}  // namespace brood::recorder
