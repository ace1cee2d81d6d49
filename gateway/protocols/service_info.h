#pragma once
// The service's answers about itself: GET /, /openapi.json, /v1/runtimes, /health, /ready,
// /metrics.

#include <kj/timer.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/http/http_metrics.h"
#include "gateway/http/router.h"
#include "gateway/jobs/supervisor_link.h"
#include "gateway/process/confinement.h"

namespace brood::gateway {

class ServiceInfo {
 public:
  // This process's own part of /metrics and of /health.
  struct Besides {
    std::function<kj::Promise<std::string>()> metrics = {};
    std::string access = "open";  // Or "keys".
  };

  // Borrowed, but for `besides`.
  ServiceInfo(SupervisorLink& link, kj::Timer& timer, HttpMetrics& metrics,
              const Confinement& confinement, Besides besides)
      : link_(link),
        timer_(timer),
        metrics_(metrics),
        confinement_(confinement),
        besides_(std::move(besides)) {}

  kj::Promise<void> root(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> openApi(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> runtimes(HttpRequest& request, ResponseWriter& writer);
  // 200 while the supervisor answers: isolation, pools, jobs. Else 503.
  kj::Promise<void> health(HttpRequest& request, ResponseWriter& writer);
  // 200 once every pool has been at its minimum, while jobs are admitted and until retire(). Else
  // 503.
  kj::Promise<void> ready(HttpRequest& request, ResponseWriter& writer);
  // The supervisor's and the gateway's own, for Prometheus; the latter alone without a supervisor.
  kj::Promise<void> metrics(HttpRequest& request, ResponseWriter& writer);

  // GET / says that there are these, as "GET /health".
  void setEndpoints(std::vector<std::string> endpoints) { endpoints_ = std::move(endpoints); }
  // Not ready from now on, though jobs are still taken.
  void retire() { isRetiring_ = true; }

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
  const Confinement& confinement_;
  const Besides besides_;
  std::vector<std::string> endpoints_;
  bool isRetiring_ = false;
};

}  // namespace brood::gateway
