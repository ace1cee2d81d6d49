#pragma once
// POST /v1/execute: runs one job and answers with its result, whole or as an event stream.

#include "gateway/http/router.h"
#include "gateway/jobs/job_caller.h"
#include "gateway/protocols/v1/execute_request.h"
#include "gateway/protocols/v1/v1_formats.h"

namespace brood::gateway {

// Dropping the returned promise cancels the job.
class V1Execute {
 public:
  // The link and the desk are borrowed; see JobCaller.
  V1Execute(SupervisorLink& link, const RequestBounds& bounds, JobDesk* desk = nullptr);

  kj::Promise<void> handle(HttpRequest& request, ResponseWriter& writer);

 private:
  const ExecuteRequestReader reader_;
  const V1Answers answers_;
  const V1Events events_;
  JobCaller jobs_;
};

}  // namespace brood::gateway
