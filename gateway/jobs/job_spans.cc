#include "gateway/jobs/job_spans.h"

#include <time.h>

#include "rpc/calls/result_names.h"
#include "rpc/records/message_text.h"

namespace brood::gateway {
namespace {

constexpr uint64_t kNanosPerMicro = 1000;

uint64_t unixNanos() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

JobSpans::JobSpans(const Sender& sender) : context_(sender.span), parent_(sender.parent) {
  if (!context_) return;
  tenant_ = sender.tenant;
  requestId_ = sender.requestId;
  startedUnixNanos_ = unixNanos();
}

void JobSpans::add(const char* name, uint64_t startNanos, uint64_t micros) {
  TraceSpan span;
  span.traceId = context_->traceId;
  span.spanId = newSpanId();
  span.parent = context_->spanId;
  span.name = name;
  span.startUnixNanos = startNanos;
  span.endUnixNanos = startNanos + micros * kNanosPerMicro;
  spans_.push_back(std::move(span));
}

void JobSpans::note(rpc::JobResult::Reader result) {
  if (!context_ || !context_->isSampled) return;
  uint64_t at = unixNanos() - result.getTotalMicros() * kNanosPerMicro;
  const auto next = [&](const char* name, uint64_t micros) {
    add(name, at, micros);
    at += micros * kNanosPerMicro;
  };
  next("queue", result.getQueueMicros());
  if (result.hasCompile()) next("compile", result.getCompile().getWallMicros());
  next("acquire", result.getAcquireMicros());
  next("run", result.getRunMicros());
  auto& run = spans_.back();
  run.attributes = {{"brood.job.id", asString(result.getId())},
                    {"brood.job.language", asString(result.getLanguage())},
                    {"brood.job.start", startName(result.getStart())},
                    {"brood.job.cpu_micros", static_cast<int64_t>(result.getCpuMicros())}};
}

std::vector<TraceSpan> JobSpans::end(std::string_view verdict) {
  if (!context_ || !context_->isSampled) return {};
  TraceSpan request;
  request.traceId = context_->traceId;
  request.spanId = context_->spanId;
  if (parent_) request.parent = parent_->spanId;
  request.name = "job";
  request.kind = TraceSpan::Kind::server;
  request.startUnixNanos = startedUnixNanos_;
  request.endUnixNanos = unixNanos();
  request.attributes = {{"brood.tenant", tenant_},
                        {"brood.request.id", requestId_},
                        {"brood.job.status", std::string(verdict)}};
  // A program that exits with an error has been served well.
  if (verdict != "ok" && verdict != "error") request.error = verdict;
  spans_.push_back(std::move(request));
  return std::move(spans_);
}

}  // namespace brood::gateway
