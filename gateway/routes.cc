#include "gateway/routes.h"

namespace brood {

Router makeRouter(V1Execute& execute, ServiceInfo& info) {
  Router router;
  router.add("POST", "/v1/execute", [&execute](HttpRequest& request, ResponseWriter& writer) {
    return execute.handle(request, writer);
  });
  router.add("GET", "/v1/runtimes", [&info](HttpRequest& request, ResponseWriter& writer) {
    return info.runtimes(request, writer);
  });
  router.add("GET", "/health", [&info](HttpRequest& request, ResponseWriter& writer) {
    return info.health(request, writer);
  });
  router.add("GET", "/ready", [&info](HttpRequest& request, ResponseWriter& writer) {
    return info.ready(request, writer);
  });
  router.add("GET", "/metrics", [&info](HttpRequest& request, ResponseWriter& writer) {
    return info.metrics(request, writer);
  });
  router.add("GET", "/", [&info](HttpRequest& request, ResponseWriter& writer) {
    return info.root(request, writer);
  });
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
  return settings;
}

}  // namespace brood
