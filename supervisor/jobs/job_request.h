#pragma once
// Admission of a job: from a call's parameters to an AdmittedJob, or to the reason why not.

#include <kj/one-of.h>

#include "config/config.h"
#include "config/job_limits.h"
#include "rpc/calls/supervisor.capnp.h"
#include "supervisor/base/rejection.h"
#include "supervisor/egress/egress_access.h"
#include "supervisor/jobs/admitted_job.h"
#include "supervisor/languages/toolchains.h"

namespace brood::supervisor {

// The admitted job borrows from the message of `request`: see AdmittedJob.
kj::OneOf<AdmittedJob, RejectionInfo> admitJob(rpc::Job::Reader request, Profiles& profiles,
                                               const Toolchains& toolchains,
                                               const EgressAccess& egress, const Config& config);

// Names and values that a process can have.
kj::Maybe<RejectionInfo> checkEnvironment(capnp::List<rpc::EnvVar>::Reader environment);

// The program is a file in /workspace, which the job's own limits govern.
kj::Maybe<RejectionInfo> checkProgramFits(size_t programBytes, const JobLimits& limits);

// `asked`, and where it says nothing the language's own or else the configured default. A language
// that wants more than the configured maximum gets that.
JobLimits effectiveLimits(const JobLimits& asked, const JobLimits& ofLanguage,
                          const LimitsConfig& config);

}  // namespace brood::supervisor
