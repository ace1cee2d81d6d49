// brood-gateway: speaks HTTP to the world and RPC to the supervisor. Wiring only.

#include <kj/debug.h>
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "base/huge_text.h"
#include "base/own_process.h"
#include "base/plain_text.h"
#include "base/start_error.h"
#include "config/loader.h"
#include "config/log_format.h"
#include "config/message_sizes.h"
#include "config/secrets.h"
#include "gateway/access/access_plan.h"
#include "gateway/foreign_protocols.h"
#include "gateway/front_desk.h"
#include "gateway/http/server.h"
#include "gateway/jobs/supervisor_link.h"
#include "gateway/process/confinement.h"
#include "gateway/process/privileges.h"
#include "gateway/routes.h"
#include "rpc/loop/stop_signals.h"
#include "rpc/loop/uv_io.h"

namespace brood::gateway {
namespace {

// For the recorder to take what is still to be told when we end.
constexpr auto kKeepTime = 2 * kj::SECONDS;

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

ServerAccount accountFor(const Config& config) {
  if (::geteuid() == 0) return gatewayAccount(config);
  return {::geteuid(), ::getegid(), "not started as root"};
}

kj::Own<kj::ConnectionReceiver> listen(UvAsyncIo& io, const GatewayConfig& config) try {
  return io.provider()
      .getNetwork()
      .parseAddress(kj::StringPtr(listenAddress(config).c_str()))
      .wait(io.waitScope())
      ->listen();
} catch (const kj::Exception& exception) {
  throw StartError("cannot listen on gateway.host and gateway.port: " + plainText(exception));
}

int serve(const Config& config, const Secrets& secrets) {
  spdlog::logger logger("gateway", std::make_shared<spdlog::sinks::stderr_sink_st>());
  setUpLogger(logger, config.supervisor);
  signal(SIGPIPE, SIG_IGN);

  UvAsyncIo io;
  StopSignals stopSignals(io.port());
  UvSignal retireSignal(io.port(), SIGUSR1);

  auto& network = io.provider().getNetwork();
  auto receiver = listen(io, config.gateway);
  const ServerAccount account = accountFor(config);
  HttpSettings settings = httpSettings(config.gateway);
  settings.notesArrival = config.supervisor.allowsTrace();
  const AccessPlan plan = planAccess(config, secrets);
  if (plan.kind == AccessPlan::Kind::needsKey) {
    throw ConfigError(
        "access.mode: others than this machine may connect, and there is no key: "
        "make one by `brood key create`, set BROOD_API_KEY, or say "
        "access.mode = open; `brood serve` makes one for each run");
  }
  // As root: the key file is root's.
  FrontDesk desk(config, plan);
  desk.loadCertificate(io.timer(), settings.headerTimeout);
  if (auto* tls = desk.tls()) {
    settings.handshake = [tls](kj::Own<kj::AsyncIoStream> stream) {
      return tls->accept(kj::mv(stream));
    };
  }
  dropPrivileges(account);
  KJ_SYSCALL(prctl(PR_SET_DUMPABLE, !config.layers.isOn(Layer::dumpable), 0, 0, 0));

  SupervisorLink link(network, io.timer(), config.supervisor.socketPath(), readerOptions(config),
                      logger);
  desk.connect(network, io.timer(), logger);
  V1Execute execute(link, RequestBounds(config), desk.jobs());
  SessionFront sessions(link, RequestBounds(config), desk.jobs(), desk.sessions());
  HttpMetrics metrics;
  MemoryBudget budget(config.gateway.maxBufferedBytes, metrics);
  const Confinement confinement = confine(account);
  for (const auto& missing : confinement.missing) logger.warn("gateway: no {}", missing);
  ServiceInfo info(link, io.timer(), metrics, confinement,
                   {[&desk] { return desk.metrics(); }, plan.asksForKeys() ? "keys" : "open"});
  ForeignProtocols foreign(link, config, desk.jobs(), desk.sessions());
  Router router = makeRouter(execute, info, desk.usage(), sessions);
  foreign.addRoutes(router);
  HttpServer server(io.timer(), settings, router, metrics, budget, logger, desk.guard());
  if (config.access.mode == "open") logger.warn("access.mode is open: nobody is asked for a key");

  const unsigned port = receiver->getPort();
  server.accept(kj::mv(receiver));
  announce(config.gateway, port);

  // Not ready by either signal; SIGUSR1 is sent by `brood serve`, which lets the delay pass itself.
  const bool mustEnd = stopSignals.next()
                           .then([] { return true; })
                           .exclusiveJoin(retireSignal.next().then([] { return false; }))
                           .wait(io.waitScope());
  info.retire();
  server.retire();
  if (!mustEnd) stopSignals.next().wait(io.waitScope());
  const auto delay = config.gateway.drainDelayMs * kj::MILLISECONDS;
  io.timer().afterDelay(delay).exclusiveJoin(stopSignals.next()).wait(io.waitScope());
  logger.info("finishing {} connections", server.connectionCount());
  const auto drainTime = config.supervisor.drainTimeoutMs * kj::MILLISECONDS;
  server.drain().exclusiveJoin(io.timer().afterDelay(drainTime)).wait(io.waitScope());
  desk.whenKept().exclusiveJoin(io.timer().afterDelay(kKeepTime)).wait(io.waitScope());
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
  const Secrets secrets = readSecrets(environment);
  forgetSecrets(environ);
  if (config.techniques.hugePages) moveTextToHugePages();
  return serve(config, secrets);
}

}  // namespace
}  // namespace brood::gateway

int main(int argc, char** argv) {
  brood::startDaemonInOrder();
  try {
    return brood::gateway::run({argv + 1, argv + argc});
  } catch (const brood::ConfigError& error) {
    std::cerr << "brood-gateway: " << error.what() << "\n";
    return 2;
  } catch (const brood::StartError& error) {
    std::cerr << "brood-gateway: " << error.what() << "\n";
    return 1;
  } catch (const kj::Exception& error) {
    std::cerr << "brood-gateway: " << brood::plainText(error) << "\n";
    return 1;
  } catch (const std::exception& error) {
    std::cerr << "brood-gateway: " << error.what() << "\n";
    return 1;
  }
}
