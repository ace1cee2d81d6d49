#pragma once
// What the service says of itself: GET /, /v1/runtimes, /health, /ready, /metrics.

#include <kj/timer.h>

#include "gateway/http/http_metrics.h"
#include "gateway/http/router.h"
#include "gateway/supervisor_link.h"

namespace brood {

class ServiceInfo {
 public:
  // Borrowed.
  ServiceInfo(SupervisorLink& link, kj::Timer& timer, HttpMetrics& metrics)
      : link_(link), timer_(timer), metrics_(metrics) {}

  kj::Promise<void> root(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> runtimes(HttpRequest& request, ResponseWriter& writer);
  // 200 while the supervisor answers: isolation, pools, jobs. Else 503.
  kj::Promise<void> health(HttpRequest& request, ResponseWriter& writer);
  // 200 once every pool has been at its minimum and while jobs are admitted. Else 503.
  kj::Promise<void> ready(HttpRequest& request, ResponseWriter& writer);
  // The supervisor's and the gateway's own, for Prometheus; the latter alone without a supervisor.
  kj::Promise<void> metrics(HttpRequest& request, ResponseWriter& writer);

 private:
  using RuntimesResponse = capnp::Response<rpc::Supervisor::RuntimesResults>;
  using MetricsResponse = capnp::Response<rpc::Supervisor::MetricsResults>;
  using StatusResponse = capnp::Response<rpc::Supervisor::StatusResults>;

  // The supervisor's status given to `answer`, or a 503 written.
  template <typename Answer>
  kj::Promise<void> withStatus(ResponseWriter& writer, Answer answer);
  kj::Promise<void> sendMetrics(ResponseWriter& writer, std::string supervisors, bool isUp);

  SupervisorLink& link_;
  kj::Timer& timer_;
  HttpMetrics& metrics_;
};

}  // namespace brood
