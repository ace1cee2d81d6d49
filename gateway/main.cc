// brood-gateway: speaks HTTP to the world and RPC to the supervisor. Wiring only.

#include <kj/debug.h>
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "config/loader.h"
#include "gateway/http/server.h"
#include "gateway/privileges.h"
#include "gateway/routes.h"
#include "gateway/supervisor_link.h"
#include "rpc/huge_text.h"
#include "rpc/uv_io.h"

namespace brood {
namespace {

// IPv6 addresses need brackets before a port.
std::string listenAddress(const GatewayConfig& config) {
  const bool isIpv6 = config.host.find(':') != std::string::npos && config.host[0] != '[';
  const std::string host = isIpv6 ? "[" + config.host + "]" : config.host;
  return host + ":" + std::to_string(config.port);
}

void announce(const GatewayConfig& config, unsigned port) {
  GatewayConfig actual = config;
  actual.port = static_cast<uint16_t>(port);
  std::cout << "listening " << listenAddress(actual) << std::endl;
}

int serve(const Config& config) {
  spdlog::logger logger("gateway", std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger.set_level(spdlog::level::from_str(config.supervisor.logLevel));
  signal(SIGPIPE, SIG_IGN);

  UvAsyncIo io;
  UvSignal terminate(io.port(), SIGTERM);
  UvSignal interrupt(io.port(), SIGINT);

  auto& network = io.provider().getNetwork();
  auto receiver = network.parseAddress(kj::StringPtr(listenAddress(config.gateway).c_str()))
                      .wait(io.waitScope())
                      ->listen();
  dropPrivileges(config.gateway.user);
  KJ_SYSCALL(prctl(PR_SET_DUMPABLE, !config.layers.isOn(Layer::dumpable), 0, 0, 0));

  SupervisorLink link(network, io.timer(), config.supervisor.socketPath(), logger);
  V1Execute execute(link, config.limits);
  HttpMetrics metrics;
  ServiceInfo info(link, io.timer(), metrics);
  const Router router = makeRouter(execute, info);
  HttpSettings settings = httpSettings(config.gateway);
  settings.notesArrival = config.supervisor.allowsTrace();
  HttpServer server(io.timer(), settings, router, metrics, logger);

  const unsigned port = receiver->getPort();
  server.accept(kj::mv(receiver));
  announce(config.gateway, port);

  terminate.next().exclusiveJoin(interrupt.next()).wait(io.waitScope());
  logger.info("finishing {} connections", server.connectionCount());
  const auto drainTime = config.supervisor.drainTimeoutMs * kj::MILLISECONDS;
  server.drain().exclusiveJoin(io.timer().afterDelay(drainTime)).wait(io.waitScope());
  return 0;
}

int run(const std::vector<std::string>& flags) {
  if (flags.size() == 1 && flags[0] == "--help") {
    std::cout << "brood-gateway: the HTTP front of Brood\n\n" << configHelp();
    return 0;
  }
  if (flags.size() == 1 && flags[0] == "--version") {
    std::cout << "brood-gateway " BROOD_VERSION "\n";
    return 0;
  }
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  const Config config = loadConfig(flags, environment).config;
  if (config.techniques.hugePages) moveTextToHugePages();
  return serve(config);
}

}  // namespace
}  // namespace brood

int main(int argc, char** argv) {
  try {
    return brood::run({argv + 1, argv + argc});
  } catch (const brood::ConfigError& error) {
    std::cerr << "brood-gateway: " << error.what() << "\n";
    return 2;
  } catch (const kj::Exception& error) {
    std::cerr << "brood-gateway: " << kj::str(error.getDescription()).cStr() << "\n";
    return 1;
  }
}
