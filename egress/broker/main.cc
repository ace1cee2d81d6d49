// brood-egress: carries jobs' connections to the names that they may reach. Wiring only.

#include <kj/debug.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/own_process.h"
#include "base/plain_text.h"
#include "egress/broker/broker.h"
#include "egress/broker/confinement.h"
#include "egress/broker/control_server.h"
#include "egress/broker/trust_store.h"

namespace brood::egress {
namespace {

struct Flags {
  int controlFd = 3;
  long uid = -1, gid = -1;
  std::string caFile = kSystemTrustStore;
  std::string logLevel = "info";

  std::optional<Account> account() const {
    if (uid < 0 || gid < 0) return {};
    return Account{static_cast<uid_t>(uid), static_cast<gid_t>(gid)};
  }
};

void addTo(CLI::App& app, Flags& flags) {
  app.set_version_flag("--version", "brood-egress " BROOD_VERSION);
  app.add_option("--control-fd", flags.controlFd, "the supervisor's socket")->capture_default_str();
  app.add_option("--uid", flags.uid, "the user to become");
  app.add_option("--gid", flags.gid, "the group to become");
  app.add_option("--ca-file", flags.caFile, "certificates that origins of aliases may have")
      ->capture_default_str();
  app.add_option("--log-level", flags.logLevel, "as the supervisor's")->capture_default_str();
}

// `control` is taken once all is ready: while it is open the supervisor lets this process say why
// it cannot start.
int serve(const Flags& flags, OwnedFd& control) {
  spdlog::logger logger("egress", std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger.set_level(spdlog::level::from_str(flags.logLevel));
  raiseDescriptorLimit();

  // Everything that reads a file, before no file can be opened.
  UvAsyncIo io;
  Resolver resolver(io.port());
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS | OPENSSL_INIT_LOAD_CRYPTO_STRINGS, nullptr);
  auto tls = readTrustStore(flags.caFile);
  const Confinement confinement = confine(flags.account());
  for (const auto& missing : confinement.missing) logger.warn("egress: no {}", missing);

  Broker broker(io, resolver, *tls, logger);
  ControlServer server(io.port(), std::move(control), broker, logger);
  server.sendReady(confinement);
  server.run().wait(io.waitScope());
  return 0;
}

}  // namespace
}  // namespace brood::egress

int main(int argc, char** argv) {
  brood::startDaemonInOrder();
  CLI::App app("brood-egress: what jobs reach of the network; started by the supervisor");
  brood::egress::Flags flags;
  brood::egress::addTo(app, flags);
  CLI11_PARSE(app, argc, argv);
  brood::OwnedFd control(flags.controlFd);
  try {
    return brood::egress::serve(flags, control);
  } catch (const kj::Exception& error) {
    std::cerr << "brood-egress: " << brood::plainText(error) << "\n";
    return 1;
  } catch (const std::exception& error) {
    std::cerr << "brood-egress: " << error.what() << "\n";
    return 1;
  }
}
