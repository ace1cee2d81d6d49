#pragma once
// The whole gateway but main(), on a loopback port, with a fake supervisor, in one event loop.

#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include <filesystem>
#include <optional>

#include "gateway/http/server.h"
#include "gateway/routes.h"
#include "gateway/supervisor_link.h"
#include "rpc/uv_io.h"
#include "tests/unit/gateway/fake_supervisor.h"
#include "tests/unit/gateway/http_client.h"

namespace brood {

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
  kj::WaitScope& scope() { return io_.waitScope(); }
  kj::Timer& timer() { return io_.timer(); }

  GatewayConfig settings;

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
  LimitsConfig limits_;
  std::optional<FakeSupervisorHost> host_;
  std::optional<SupervisorLink> link_;
  std::optional<V1Execute> execute_;
  std::optional<ServiceInfo> info_;
  Router router_;
  HttpMetrics metrics_;
  HttpSettings httpSettings_;
  std::optional<HttpServer> server_;
  unsigned port_ = 0;
};

}  // namespace brood
