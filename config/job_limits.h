#pragma once
// The limits of a job, in one table: settings, requests, checks and messages are made from it.

#include <array>
#include <cstdint>
#include <string>

#include "config/config.h"
#include "rpc/calls/supervisor.capnp.h"

namespace brood {

// The limits that a job asks for, where 0 stands for the configured default; or, once it is
// admitted, those that it gets.
struct JobLimits {
  uint64_t wallTimeMs = 0;
  uint64_t cpuTimeMs = 0;
  uint64_t memoryBytes = 0;
  uint64_t processes = 0;
  uint64_t outputBytes = 0;
  uint64_t fileBytes = 0;
  uint64_t openFiles = 0;
  uint64_t workspaceBytes = 0;
  uint64_t workspaceInodes = 0;
};

// In the order of kJobLimits.
enum class LimitKind {
  wallTime,
  cpuTime,
  memory,
  processes,
  output,
  file,
  openFiles,
  workspaceBytes,
  workspaceInodes,
};

enum class LimitUnit { count, bytes, milliseconds };

struct LimitInfo {
  const char* name;  // In requests, settings and verdicts.
  const char* what;  // For people.
  LimitUnit unit;
  uint64_t minimum;  // The least that may be asked for or configured.
  uint64_t ceiling;  // The most that may be configured.
  uint64_t JobLimits::*value;
  LimitRange LimitsConfig::*range;
  uint64_t (rpc::Limits::Reader::*get)() const;
  void (rpc::Limits::Builder::*set)(uint64_t);
};

constexpr size_t kJobLimitCount = 9;
extern const std::array<LimitInfo, kJobLimitCount> kJobLimits;
const LimitInfo& limitInfo(LimitKind kind);

// "1..300000": what a job may ask for.
std::string allowedRange(const LimitInfo& limit, const LimitsConfig& config);

// "1500 ms", "12", "4096 bytes".
std::string withUnit(uint64_t value, LimitUnit unit);

JobLimits readLimits(rpc::Limits::Reader limits);
void writeLimits(const JobLimits& limits, rpc::Limits::Builder out);

}  // namespace brood
