#include "config/job_limits.h"

#include "config/quantities.h"

namespace brood {
namespace {

// Less, and a parked worker does not live.
constexpr uint64_t kMinMemoryBytes = 16 * kMi;
// Standard descriptors, the channel and what an interpreter opens to start.
constexpr uint64_t kMinOpenFiles = 16;

}  // namespace

#define BROOD_LIMIT(field, Field)                                            \
  &JobLimits::field, &LimitsConfig::field, &rpc::Limits::Reader::get##Field, \
      &rpc::Limits::Builder::set##Field

const std::array<LimitInfo, kJobLimitCount> kJobLimits = {{
    {"wall_time_ms", "Wall-clock time", LimitUnit::milliseconds, 1, kDayMs,
     BROOD_LIMIT(wallTimeMs, WallTimeMs)},
    {"cpu_time_ms", "CPU time of all processes together", LimitUnit::milliseconds, 1, kDayMs,
     BROOD_LIMIT(cpuTimeMs, CpuTimeMs)},
    {"memory_bytes", "Memory", LimitUnit::bytes, kMinMemoryBytes, kTi,
     BROOD_LIMIT(memoryBytes, MemoryBytes)},
    {"processes", "Processes and threads", LimitUnit::count, 1, 65'536,
     BROOD_LIMIT(processes, Processes)},
    {"output_bytes", "stdout and stderr, each", LimitUnit::bytes, 1, kGi,
     BROOD_LIMIT(outputBytes, OutputBytes)},
    {"file_bytes", "Size of one file", LimitUnit::bytes, 1, kTi, BROOD_LIMIT(fileBytes, FileBytes)},
    {"open_files", "Open files per process", LimitUnit::count, kMinOpenFiles, 1'048'576,
     BROOD_LIMIT(openFiles, OpenFiles)},
    {"workspace_bytes", "Size of /workspace", LimitUnit::bytes, 4 * kKi, kTi,
     BROOD_LIMIT(workspaceBytes, WorkspaceBytes)},
    {"workspace_inodes", "Files and directories in /workspace", LimitUnit::count, 16, 1'000'000'000,
     BROOD_LIMIT(workspaceInodes, WorkspaceInodes)},
}};

#undef BROOD_LIMIT

const LimitInfo& limitInfo(LimitKind kind) { return kJobLimits[static_cast<size_t>(kind)]; }

std::string allowedRange(const LimitInfo& limit, const LimitsConfig& config) {
  return std::to_string(limit.minimum) + ".." + std::to_string((config.*limit.range).maximum);
}

std::string withUnit(uint64_t value, LimitUnit unit) {
  const char* suffix = "";
  if (unit == LimitUnit::bytes) suffix = " bytes";
  if (unit == LimitUnit::milliseconds) suffix = " ms";
  return std::to_string(value) + suffix;
}

JobLimits readLimits(rpc::Limits::Reader limits) {
  JobLimits result;
  for (auto& limit : kJobLimits) result.*limit.value = (limits.*limit.get)();
  return result;
}

void writeLimits(const JobLimits& limits, rpc::Limits::Builder out) {
  for (auto& limit : kJobLimits) (out.*limit.set)(limits.*limit.value);
}

}  // namespace brood
