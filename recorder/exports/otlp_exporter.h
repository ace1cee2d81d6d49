#pragma once
// Sends spans to a collector, from a thread of its own.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "recorder/exports/back_off.h"
#include "recorder/exports/http_client.h"
#include "recorder/exports/otlp_request.h"

namespace brood::recorder {

struct OtlpSettings {
  std::string url;                   // See tracesUrl().
  std::vector<std::string> headers;  // "Name: value".
  std::string instance;
  size_t maxQueued = 8192;  // Spans; more are dropped.
  size_t maxBatch = 512;
  std::chrono::milliseconds linger{1000};  // For more to go along.
  unsigned attempts = 5;                   // Then the batch is dropped.
  std::chrono::milliseconds firstPause{500};
  std::chrono::milliseconds longestPause{30'000};
  HttpClient::Options http{};
};

// Spans are of use only if they cost nothing: where the collector is slow or gone, they are dropped
// and counted.
class OtlpExporter {
 public:
  using Say = std::function<void(const std::string&)>;

  // `say` is called from the exporter's thread, once for each new reason for failing.
  OtlpExporter(OtlpSettings settings, Say say);
  // Gives what is queued one attempt, of at most two seconds.
  ~OtlpExporter();
  OtlpExporter(const OtlpExporter&) = delete;
  OtlpExporter& operator=(const OtlpExporter&) = delete;

  // Does not wait.
  void add(std::vector<TraceSpan> spans);

  uint64_t sent() const { return sent_; }
  uint64_t dropped() const { return dropped_; }
  // Returns once nothing is queued, or `time` has passed: false.
  bool waitUntilEmpty(std::chrono::milliseconds time);

 private:
  void run();
  std::vector<TraceSpan> nextBatch();
  void deliver(const std::vector<TraceSpan>& batch);
  void noteDone(const HttpReply& reply, size_t spans);
  void noteFailure(const HttpReply& reply);
  bool pause(std::chrono::milliseconds time);

  const OtlpSettings settings_;
  const Say say_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<TraceSpan> queue_;
  bool isStopping_ = false;
  std::atomic<bool> isAbandoned_ = false;  // No request goes on.
  std::atomic<uint64_t> sent_ = 0;
  std::atomic<uint64_t> dropped_ = 0;
  std::string lastFailure_;
  HttpClient client_;
  BackOff backOff_;
  std::thread thread_;
};

}  // namespace brood::recorder
