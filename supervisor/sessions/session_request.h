#pragma once
// What a session is asked for, checked: from a call's parameters to a plan, or to the reason why
// not.

#include <capnp/message.h>
#include <kj/one-of.h>

#include <string>
#include <utility>
#include <vector>

#include "rpc/calls/sessions.capnp.h"
#include "supervisor/cells/cell_run.h"
#include "supervisor/jobs/job_request.h"

namespace brood::supervisor {

using Metadata = std::vector<std::pair<std::string, std::string>>;

// What requests are checked against. All borrowed.
struct SessionRules {
  Profiles& profiles;
  const Toolchains& toolchains;
  const EgressAccess& egress;
  const Config& config;
};

struct SessionPlan {
  // The job that each of the session's contexts is, but for its language.
  kj::Own<capnp::MallocMessageBuilder> job;
  // The first context's. Its files are those of the call.
  AdmittedJob opening;
  uint64_t ttlMs = 0, idleTimeoutMs = 0;
  Metadata metadata;
  std::string tenant;
  uint32_t tenantSessions = 0;

  // The first context has got them.
  void dropFiles();
  rpc::Job::Builder jobToBe() const {
    return const_cast<capnp::MallocMessageBuilder&>(*job).getRoot<rpc::Job>();
  }
};

// The plan borrows the files' content from the message of `spec`.
kj::OneOf<SessionPlan, RejectionInfo> admitSession(rpc::SessionSpec::Reader spec,
                                                   const SessionRules& rules);
// A further context; an empty language stands for the session's.
kj::OneOf<AdmittedJob, RejectionInfo> admitContext(const SessionPlan& plan,
                                                   const std::string& language,
                                                   const std::string& folder,
                                                   const SessionRules& rules);
// `limits` are the session's.
kj::OneOf<CellOrder, RejectionInfo> admitCell(rpc::Cell::Reader cell, const JobLimits& limits,
                                              const Config& config);

// 0: as configured by default.
kj::OneOf<uint64_t, RejectionInfo> checkLife(uint64_t askedMs, const LimitRange& range,
                                             const char* field);
kj::Maybe<RejectionInfo> checkTimeout(uint64_t askedMs, const Config& config);
kj::OneOf<Metadata, RejectionInfo> checkMetadata(capnp::List<rpc::Label>::Reader labels);
bool hasNul(kj::ArrayPtr<const kj::byte> bytes);

}  // namespace brood::supervisor
