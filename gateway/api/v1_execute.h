#pragma once
// POST /v1/execute: runs one job and answers with its result, whole or as an event stream.
//
// With `Accept: text/event-stream` the events are
//   start   {"id","start"}            the job has a worker
//   stdout  {"data"}  stderr {"data"} as they appear
//   exit    the result without stdout and stderr; the last event
//   error   {"error":{...}}           instead of exit, when the supervisor was lost in mid-run
// What fails before `start` is an ordinary JSON error with its status.

#include "config/config.h"
#include "gateway/http/router.h"
#include "gateway/supervisor_link.h"

namespace brood {

// Dropping the returned promise cancels the job.
class V1Execute {
 public:
  // Borrowed.
  V1Execute(SupervisorLink& link, const LimitsConfig& limits) : link_(link), limits_(limits) {}

  kj::Promise<void> handle(HttpRequest& request, ResponseWriter& writer);

 private:
  SupervisorLink& link_;
  const LimitsConfig& limits_;
};

}  // namespace brood
