#pragma once
// Brings what the gateway tells to the files and exports.

#include <spdlog/logger.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "recorder/exports/otlp_exporter.h"
#include "recorder/exports/supabase_sink.h"
#include "recorder/files/audit_log.h"
#include "recorder/key_feed.h"
#include "recorder/usage_keeper.h"
#include "rpc/calls/recorder.capnp.h"

namespace brood::recorder {

// Where things go to. Borrowed; null: nowhere.
struct Destinations {
  AuditLog* audit = nullptr;
  SupabaseSink* supabase = nullptr;
  OtlpExporter* traces = nullptr;
};

class RecorderServer final : public rpc::Recorder::Server {
 public:
  // Borrowed.
  RecorderServer(const Destinations& destinations, UsageKeeper& usage, KeyFeed& keys,
                 spdlog::logger& logger);

  kj::Promise<void> attach(AttachContext context) override;
  kj::Promise<void> record(RecordContext context) override;
  kj::Promise<void> metrics(MetricsContext context) override;

 private:
  // Those that have not come before, in an order that their numbers have.
  std::vector<AuditEvent> newEvents(const std::string& writer, rpc::RecordBatch::Reader batch);
  void sendOn(const std::vector<AuditEvent>& events, rpc::RecordBatch::Reader batch);

  const Destinations to_;
  UsageKeeper& usage_;
  KeyFeed& keys_;
  spdlog::logger& logger_;
  std::map<std::string, uint64_t> lastNumbers_;  // By writer: gateways that have come and gone.
  std::string lastProblem_;
  uint64_t droppedByGateway_ = 0;
};

}  // namespace brood::recorder
