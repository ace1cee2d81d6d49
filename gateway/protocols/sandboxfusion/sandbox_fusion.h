#pragma once
// SandboxFusion's interface, for its client and for trainers that post to it (verl).

#include "gateway/http/router.h"
#include "gateway/jobs/job_caller.h"
#include "gateway/protocols/sandboxfusion/fusion_answer.h"

namespace brood::gateway::sandboxfusion {

// POST /run_code and GET /v1/ping. Dropping a promise cancels its job.
class SandboxFusion {
 public:
  // The link and the desk are borrowed; see JobCaller.
  SandboxFusion(SupervisorLink& link, const RequestBounds& bounds, JobDesk* desk)
      : limits_(bounds.limits), jobs_(link, bounds, desk) {}

  void addRoutes(Router& router);

  kj::Promise<void> runCode(HttpRequest& request, ResponseWriter& writer);

 private:
  const LimitsConfig limits_;
  const FusionAnswer answers_;
  JobCaller jobs_;
};

}  // namespace brood::gateway::sandboxfusion
