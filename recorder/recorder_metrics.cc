#include "recorder/recorder_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace brood::recorder {
namespace {

void addCounter(prometheus::Registry& registry, const char* name, const char* help,
                uint64_t value) {
  prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({}).Increment(
      static_cast<double>(value));
}

void addGauge(prometheus::Registry& registry, const char* name, const char* help, uint64_t value) {
  prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({}).Set(
      static_cast<double>(value));
}

}  // namespace

std::string recorderMetrics(const AuditLog* audit, const SupabaseSink* supabase,
                            const OtlpExporter* traces, uint64_t spansDroppedBefore) {
  prometheus::Registry registry;
  if (audit != nullptr) {
    addCounter(registry, "brood_audit_lines_total", "Lines written to audit.path.",
               audit->linesWritten());
    addCounter(registry, "brood_audit_lines_lost_total",
               "Lines that could not be written (audit.on_failure = count).", audit->linesLost());
    addGauge(registry, "brood_audit_failing", "1 while lines cannot be written.",
             audit->problem().empty() ? 0 : 1);
  }
  if (supabase != nullptr) {
    addCounter(registry, "brood_supabase_sent_total", "Rows and files that Supabase has.",
               supabase->sent());
    addCounter(registry, "brood_supabase_given_up_total",
               "Rows and files that Supabase will not get.", supabase->givenUp());
    addGauge(registry, "brood_supabase_spool_bytes", "Of supabase.spool_bytes: still to be sent.",
             supabase->waitingBytes());
  }
  if (traces != nullptr) {
    addCounter(registry, "brood_trace_spans_sent_total", "Spans that the collector has taken.",
               traces->sent());
    addCounter(registry, "brood_trace_spans_dropped_total",
               "Spans that were dropped because the collector is slow, gone or does not want them.",
               traces->dropped() + spansDroppedBefore);
  }
  return prometheus::TextSerializer().Serialize(registry.Collect());
}

}  // namespace brood::recorder
