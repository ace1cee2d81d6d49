#pragma once
// A job as admitted: names resolved, limits filled in and within bounds.

#include <kj/one-of.h>

#include <optional>
#include <string>

#include "config/job_limits.h"
#include "rpc/supervisor.capnp.h"
#include "supervisor/profiles.h"

namespace brood {

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
  std::optional<uint32_t> cpuMillicores;  // Of this job, instead of the configured bandwidth.
};

kj::OneOf<JobRequest, RejectionInfo> admitJob(rpc::Job::Reader job, Profiles& profiles,
                                              const LimitsConfig& limits);

}  // namespace brood
