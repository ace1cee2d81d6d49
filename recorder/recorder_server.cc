#include "recorder/recorder_server.h"

#include "recorder/recorder_metrics.h"
#include "rpc/records/message_text.h"
#include "rpc/records/trace_span.h"

namespace brood::recorder {
namespace {

// A gateway that is started again is another writer. More than so many at once are none of ours.
constexpr size_t kMaxWriters = 1024;

bool hasRow(const AuditEvent& event) {
  return event.kind == "job" || event.kind == "cell" || event.kind == "session";
}

std::string_view asView(capnp::Data::Reader data) {
  return {reinterpret_cast<const char*>(data.begin()), data.size()};
}

}  // namespace

RecorderServer::RecorderServer(const Destinations& destinations, UsageKeeper& usage, KeyFeed& keys,
                               spdlog::logger& logger)
    : to_(destinations), usage_(usage), keys_(keys), logger_(logger) {}

kj::Promise<void> RecorderServer::attach(AttachContext context) {
  const std::string writer = asString(context.getParams().getWriter());
  auto found = lastNumbers_.find(writer);
  if (found == lastNumbers_.end()) {
    if (lastNumbers_.size() >= kMaxWriters) lastNumbers_.clear();
    const uint64_t last = to_.audit == nullptr ? 0 : to_.audit->lastNumberOf(writer);
    found = lastNumbers_.emplace(writer, last).first;
  }
  keys_.add(context.getParams().getKeys());
  auto results = context.getResults();
  results.setLastNumber(found->second);
  const std::string usage = usage_.text();
  results.setUsage(asText(usage));
  return kj::READY_NOW;
}

std::vector<AuditEvent> RecorderServer::newEvents(const std::string& writer,
                                                  rpc::RecordBatch::Reader batch) {
  std::vector<AuditEvent> events;
  uint64_t last = lastNumbers_[writer];
  for (auto each : batch.getEvents()) {
    if (each.getNumber() <= last) continue;
    events.push_back(readEvent(each));
    events.back().writer = writer;
    last = each.getNumber();
  }
  return events;
}

kj::Promise<void> RecorderServer::record(RecordContext context) {
  const auto params = context.getParams();
  const std::string writer = asString(params.getWriter());
  const auto batch = params.getBatch();
  auto events = newEvents(writer, batch);
  auto results = context.getResults();
  if (to_.audit != nullptr && !to_.audit->append(events)) {
    results.setKept(false);
    results.setProblem(asText(to_.audit->problem()));
    if (lastProblem_.empty()) logger_.error("audit: {}; no jobs are taken", to_.audit->problem());
    lastProblem_ = to_.audit->problem();
    return kj::READY_NOW;
  }
  if (!lastProblem_.empty()) logger_.info("audit: lines are written again");
  lastProblem_.clear();
  if (!events.empty()) lastNumbers_[writer] = events.back().number;
  sendOn(events, batch);
  results.setKept(true);
  return kj::READY_NOW;
}

void RecorderServer::sendOn(const std::vector<AuditEvent>& events, rpc::RecordBatch::Reader batch) {
  if (to_.supabase != nullptr) {
    std::vector<std::string> rows;
    for (const auto& event : events) {
      if (hasRow(event)) rows.push_back(executionRow(event));
    }
    to_.supabase->addRows(rows);
    for (auto file : batch.getFiles()) {
      to_.supabase->addFile(asString(file.getPath()), asView(file.getContent()));
    }
  }
  if (to_.traces != nullptr && batch.getSpans().size() > 0) {
    std::vector<TraceSpan> spans;
    for (auto each : batch.getSpans()) {
      if (auto span = readSpan(each)) spans.push_back(std::move(*span));
    }
    to_.traces->add(std::move(spans));
  }
  droppedByGateway_ += batch.getDroppedSpans();
  if (batch.getUsage().size() > 0) {
    const std::string problem = usage_.raise(asString(batch.getUsage()));
    if (!problem.empty()) logger_.error("usage: the gateway says: {}", problem);
  }
}

kj::Promise<void> RecorderServer::metrics(MetricsContext context) {
  const std::string text = recorderMetrics(to_.audit, to_.supabase, to_.traces, droppedByGateway_);
  context.getResults().setText(asText(text));
  return kj::READY_NOW;
}

}  // namespace brood::recorder
