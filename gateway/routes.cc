#include "gateway/routes.h"

#include "base/host_address.h"

namespace brood::gateway {

Router makeRouter(V1Execute& execute, ServiceInfo& info, UsageRoute& usage,
                  SessionFront& sessions) {
  Router router;
  router.add("POST", "/v1/execute", [&execute](HttpRequest& request, ResponseWriter& writer) {
    return execute.handle(request, writer);
  });
  router.add(
      "GET", "/v1/runtimes",
      [&info](HttpRequest& request, ResponseWriter& writer) {
        return info.runtimes(request, writer);
      },
      Need::anyKey);
  router.add(
      "GET", "/v1/usage",
      [&usage](HttpRequest& request, ResponseWriter& writer) {
        return usage.handle(request, writer);
      },
      Need::anyKey);
  router.add(
      "GET", "/health",
      [&info](HttpRequest& request, ResponseWriter& writer) {
        return info.health(request, writer);
      },
      Need::nothing);
  router.add(
      "GET", "/ready",
      [&info](HttpRequest& request, ResponseWriter& writer) { return info.ready(request, writer); },
      Need::nothing);
  router.add(
      "GET", "/metrics",
      [&info](HttpRequest& request, ResponseWriter& writer) {
        return info.metrics(request, writer);
      },
      Need::metrics);
  router.add(
      "GET", "/openapi.json",
      [&info](HttpRequest& request, ResponseWriter& writer) {
        return info.openApi(request, writer);
      },
      Need::nothing);
  router.add(
      "GET", "/",
      [&info](HttpRequest& request, ResponseWriter& writer) { return info.root(request, writer); },
      Need::nothing);
  sessions.addRoutes(router);
  info.setEndpoints(router.routes());
  return router;
}

HttpSettings httpSettings(const GatewayConfig& config) {
  HttpSettings settings;
  settings.maxHeaderBytes = config.maxHeaderBytes;
  settings.maxBodyBytes = config.maxBodyBytes;
  settings.idleTimeout = config.idleTimeoutMs * kj::MILLISECONDS;
  settings.headerTimeout = config.headerTimeoutMs * kj::MILLISECONDS;
  settings.bodyTimeout = config.bodyTimeoutMs * kj::MILLISECONDS;
  settings.writeTimeout = config.writeTimeoutMs * kj::MILLISECONDS;
  settings.maxConnections = config.maxConnections;
  settings.origins = OriginPolicy(config, isLoopback(config.host));
  return settings;
}

}  // namespace brood::gateway
