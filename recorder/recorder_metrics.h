#pragma once
// Metrics of writing down and sending on.

#include <string>

#include "recorder/exports/otlp_exporter.h"
#include "recorder/exports/supabase_sink.h"
#include "recorder/files/audit_log.h"

namespace brood::recorder {

// In Prometheus' text format 0.0.4. Borrowed; null: there is none of it.
std::string recorderMetrics(const AuditLog* audit, const SupabaseSink* supabase,
                            const OtlpExporter* traces, uint64_t spansDroppedBefore);

}  // namespace brood::recorder
