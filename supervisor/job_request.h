#pragma once
// A job as admitted: names resolved, limits filled in and within bounds.

#include <kj/one-of.h>

#include <string>

#include "config/config.h"
#include "rpc/supervisor.capnp.h"
#include "supervisor/profiles.h"

namespace brood {

struct JobLimits {
  uint64_t wallTimeMs = 0;
  uint64_t cpuTimeMs = 0;
  uint64_t memoryBytes = 0;
  uint64_t processes = 0;
  uint64_t outputBytes = 0;
  uint64_t fileBytes = 0;
  uint64_t openFiles = 0;
};

// Why a job is not run. An expected outcome, hence a value.
struct RejectionInfo {
  rpc::RejectionKind kind = rpc::RejectionKind::INVALID;
  std::string code;
  std::string message;
  std::string field;
  uint64_t retryAfterMs = 0;
};

struct JobRequest {
  rpc::Job::Reader job;  // Borrowed from the call's parameters.
  const RuntimeManifest* language = nullptr;
  Profile* profile = nullptr;  // nullptr: a language that is executed only.
  JobLimits limits;
};

// The smallest memory limit under which a parked worker still lives.
constexpr uint64_t kMinMemoryBytes = 16ull << 20;
// Standard descriptors, the channel and what an interpreter opens to start.
constexpr uint64_t kMinOpenFiles = 16;

kj::OneOf<JobRequest, RejectionInfo> admitJob(rpc::Job::Reader job, Profiles& profiles,
                                              const LimitsConfig& limits);

}  // namespace brood
