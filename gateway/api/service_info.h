#pragma once
// What the service says of itself: GET /, /v1/runtimes, /health, /ready.

#include <kj/timer.h>

#include "gateway/http/router.h"
#include "gateway/supervisor_link.h"

namespace brood {

class ServiceInfo {
 public:
  // Borrowed.
  ServiceInfo(SupervisorLink& link, kj::Timer& timer) : link_(link), timer_(timer) {}

  kj::Promise<void> root(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> runtimes(HttpRequest& request, ResponseWriter& writer);
  // 200 while the supervisor answers: isolation, pools, jobs. Else 503.
  kj::Promise<void> health(HttpRequest& request, ResponseWriter& writer);
  // 200 once every pool has been at its minimum and while jobs are admitted. Else 503.
  kj::Promise<void> ready(HttpRequest& request, ResponseWriter& writer);

 private:
  using RuntimesResponse = capnp::Response<rpc::Supervisor::RuntimesResults>;
  using StatusResponse = capnp::Response<rpc::Supervisor::StatusResults>;

  // The supervisor's status given to `answer`, or a 503 written.
  template <typename Answer>
  kj::Promise<void> withStatus(ResponseWriter& writer, Answer answer);

  SupervisorLink& link_;
  kj::Timer& timer_;
};

}  // namespace brood
