#pragma once
// A job as admitted: names resolved, limits filled in and within bounds.

#include <kj/one-of.h>

#include <memory>
#include <optional>
#include <vector>

#include "config/job_limits.h"
#include "rpc/job_trace.h"
#include "rpc/supervisor.capnp.h"
#include "supervisor/glob.h"
#include "supervisor/input_files.h"
#include "supervisor/profiles.h"
#include "supervisor/rejection.h"
#include "supervisor/toolchains.h"

namespace brood {

// What a worker writes into /workspace, and what it executes there unless its zygote has the
// language.
struct Program {
  kj::ArrayPtr<const kj::byte> content;  // Borrowed.
  std::string fileName;                  // Empty: nothing is written.
  std::vector<std::string> command;      // The job's own arguments follow.
  std::vector<std::pair<std::string, std::string>> environment;  // The job's own wins.
};

struct JobRequest {
  rpc::Job::Reader job;  // Borrowed from the call's parameters.
  const RuntimeManifest* language = nullptr;  // nullptr: a program of the supervisor's own.
  Program program;
  std::shared_ptr<Profile> profile;  // nullptr: a language that is executed.
  WarmPool* pool = nullptr;    // nullptr: a sandbox made ready for this one alone.
  JobLimits limits;
  std::vector<InputFile> files;  // Borrow from `job`.
  GlobSet collect;
  std::optional<uint32_t> cpuMillicores;  // Of this job, instead of the configured bandwidth.
  MaybeTrace trace;
};

kj::OneOf<JobRequest, RejectionInfo> admitJob(rpc::Job::Reader job, Profiles& profiles,
                                              const Toolchains& toolchains,
                                              const Config& config);

// The program is a file in /workspace, which the job's own limits govern.
kj::Maybe<RejectionInfo> checkProgramFits(size_t programBytes, const JobLimits& limits);

// `asked`, and where it says nothing the language's own or else the configured default. A language
// that wants more than the configured maximum gets that.
JobLimits effectiveLimits(const JobLimits& asked, const JobLimits& ofLanguage,
                          const LimitsConfig& config);

}  // namespace brood
