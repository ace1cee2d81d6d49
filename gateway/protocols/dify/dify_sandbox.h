#pragma once
// dify-sandbox's interface, for Dify's code and template nodes (CODE_EXECUTION_ENDPOINT).

#include "gateway/http/router.h"
#include "gateway/jobs/job_caller.h"
#include "gateway/protocols/dify/dify_answer.h"

namespace brood::gateway::dify {

// POST /v1/sandbox/run, and what is asked about dependencies. Dropping a promise cancels its job.
class DifySandbox {
 public:
  // The link and the desk are borrowed; see JobCaller.
  DifySandbox(SupervisorLink& link, const RequestBounds& bounds, JobDesk* desk)
      : link_(link), jobs_(link, bounds, desk) {}

  void addRoutes(Router& router);

  kj::Promise<void> run(HttpRequest& request, ResponseWriter& writer);
  // The packages that jobs of the language have without installing any.
  kj::Promise<void> dependencies(HttpRequest& request, ResponseWriter& writer);

 private:
  SupervisorLink& link_;
  const DifyAnswer answers_;
  JobCaller jobs_;
};

}  // namespace brood::gateway::dify
