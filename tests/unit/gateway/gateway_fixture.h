#pragma once
// The whole gateway but main(), on a loopback port, with a fake supervisor, in one event loop.

#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include <filesystem>
#include <functional>
#include <optional>

#include "gateway/front_desk.h"
#include "gateway/http/server.h"
#include "gateway/jobs/supervisor_link.h"
#include "gateway/routes.h"
#include "rpc/loop/uv_io.h"
#include "tests/unit/gateway/fake_supervisor.h"
#include "tests/unit/gateway/http_client.h"

namespace brood::gateway {

class GatewayTest : public ::testing::Test {
 protected:
  GatewayTest();
  ~GatewayTest() noexcept override;

  // After changes to `settings`; connects to the supervisor first.
  void startGateway();
  void startSupervisor();
  void stopSupervisor();
  FakeSupervisor& fake() { return host_->fake(); }
  HttpClient connect();
  // One request on a connection of its own.
  ClientResponse ask(std::string_view request);
  HttpServer& server() { return *server_; }
  ServiceInfo& info() { return *info_; }
  const Router& router() const { return router_; }
  kj::WaitScope& scope() { return io_.waitScope(); }
  kj::Timer& timer() { return io_.timer(); }

  MemoryBudget& budget() { return *budget_; }
  UvAsyncIo& io() { return io_; }
  FrontDesk& frontDesk() { return *desk_; }
  HttpMetrics& metrics() { return metrics_; }

  GatewayConfig settings;
  Config config;                        // All others.
  AccessPlan plan;                      // Open, unless a test says otherwise.
  std::optional<RequestBounds> bounds;  // Unless they follow from the settings.
  // Adds what a test speaks besides.
  std::function<void(Router& router, SupervisorLink& link)> addRoutes;

 private:
  struct RuntimeDir {
    RuntimeDir();
    ~RuntimeDir();
    std::filesystem::path path;
  };

  RuntimeDir dir_;
  UvAsyncIo io_;
  kj::Network& network_;
  spdlog::logger logger_;
  std::optional<FakeSupervisorHost> host_;
  std::optional<SupervisorLink> link_;
  std::optional<FrontDesk> desk_;
  std::optional<V1Execute> execute_;
  std::optional<SessionFront> sessions_;
  std::optional<ServiceInfo> info_;
  const Confinement confinement_{{"seccomp"}, {"landlock: too old"}};
  Router router_;
  HttpMetrics metrics_;
  HttpSettings httpSettings_;
  std::optional<MemoryBudget> budget_;
  std::optional<HttpServer> server_;
  unsigned port_ = 0;
};

}  // namespace brood::gateway
