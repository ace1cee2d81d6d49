#include "recorder/exports/otlp_exporter.h"

#include <algorithm>

#include "recorder/exports/delivery.h"
#include "recorder/exports/plain_reply.h"

namespace brood::recorder {
namespace {

constexpr std::chrono::milliseconds kLastTime{2'000};

}  // namespace

OtlpExporter::OtlpExporter(OtlpSettings settings, Say say)
    : settings_(std::move(settings)),
      say_(std::move(say)),
      client_(settings_.http, isAbandoned_),
      backOff_(settings_.firstPause, settings_.longestPause),
      thread_([this] { run(); }) {}

OtlpExporter::~OtlpExporter() {
  {
    std::unique_lock lock(mutex_);
    isStopping_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, kLastTime, [this] { return queue_.empty(); });
  }
  isAbandoned_ = true;
  thread_.join();
}

void OtlpExporter::add(std::vector<TraceSpan> spans) {
  const std::lock_guard lock(mutex_);
  for (auto& span : spans) {
    if (queue_.size() >= settings_.maxQueued) {
      ++dropped_;
    } else {
      queue_.push_back(std::move(span));
    }
  }
  changed_.notify_all();
}

bool OtlpExporter::waitUntilEmpty(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [this] { return queue_.empty(); });
}

// The spans stay in the queue until they have been dealt with, so that its bound holds for them
// too.
std::vector<TraceSpan> OtlpExporter::nextBatch() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !queue_.empty() || isStopping_; });
  if (!isStopping_) {
    changed_.wait_for(lock, settings_.linger,
                      [this] { return queue_.size() >= settings_.maxBatch || isStopping_; });
  }
  const size_t count = std::min(queue_.size(), settings_.maxBatch);
  return {queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count)};
}

void OtlpExporter::run() {
  while (true) {
    const auto batch = nextBatch();
    if (batch.empty() || isAbandoned_) return;
    deliver(batch);
    const std::lock_guard lock(mutex_);
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(batch.size()));
    changed_.notify_all();
  }
}

void OtlpExporter::deliver(const std::vector<TraceSpan>& batch) {
  const std::string body = otlpRequest(batch, settings_.instance);
  auto headers = settings_.headers;
  headers.push_back("Content-Type: application/json");
  for (unsigned attempt = 0; attempt < settings_.attempts; ++attempt) {
    const HttpReply reply = client_.post(settings_.url, headers, body);
    const Delivery delivery = deliveryOf(reply);
    if (delivery == Delivery::done) return noteDone(reply, batch.size());
    noteFailure(reply);
    if (delivery != Delivery::again) break;
    if (!pause(backOff_.afterFailure(reply.retryAfter))) break;
  }
  dropped_ += batch.size();
}

void OtlpExporter::noteDone(const HttpReply& reply, size_t spans) {
  const uint64_t rejected = std::min<uint64_t>(rejectedSpans(reply.body), spans);
  sent_ += spans - rejected;
  dropped_ += rejected;
  backOff_.afterSuccess();
  lastFailure_.clear();
}

void OtlpExporter::noteFailure(const HttpReply& reply) {
  const std::string failure = plainReply(reply);
  if (failure == lastFailure_) return;
  lastFailure_ = failure;
  say_("traces: " + failure);
}

// False if there is no time left.
bool OtlpExporter::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return isStopping_; });
}

}  // namespace brood::recorder
