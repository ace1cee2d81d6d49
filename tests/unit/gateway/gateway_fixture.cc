#include "tests/unit/gateway/gateway_fixture.h"

#include <stdlib.h>

namespace brood::gateway {

GatewayTest::RuntimeDir::RuntimeDir() {
  std::string name = std::filesystem::temp_directory_path() / "brood-gateway-XXXXXX";
  KJ_REQUIRE(mkdtemp(name.data()) != nullptr);
  path = name;
}

GatewayTest::RuntimeDir::~RuntimeDir() { std::filesystem::remove_all(path); }

GatewayTest::GatewayTest() : network_(io_.provider().getNetwork()), logger_("test") {
  settings.allowedHosts = {"h", "test"};
  startSupervisor();
}

GatewayTest::~GatewayTest() noexcept = default;

void GatewayTest::startSupervisor() {
  host_.emplace(network_, scope(), dir_.path / "brood.sock");
  if (link_) link_->whenChanged().wait(scope());
}

void GatewayTest::stopSupervisor() { host_.reset(); }

void GatewayTest::startGateway() {
  config.gateway = settings;
  link_.emplace(network_, timer(), dir_.path / "brood.sock", readerOptions(config), logger_);
  link_->whenChanged().wait(scope());
  desk_.emplace(config, plan);
  desk_->connect(network_, timer(), logger_);
  execute_.emplace(*link_, bounds ? *bounds : RequestBounds(config), desk_->jobs());
  sessions_.emplace(*link_, bounds ? *bounds : RequestBounds(config), desk_->jobs(),
                    desk_->sessions());
  info_.emplace(*link_, timer(), metrics_, confinement_,
                ServiceInfo::Besides{[this] { return desk_->metrics(); },
                                     plan.asksForKeys() ? "keys" : "open"});
  router_ = makeRouter(*execute_, *info_, desk_->usage(), *sessions_);
  if (addRoutes) addRoutes(router_, *link_);
  httpSettings_ = httpSettings(settings);
  budget_.emplace(settings.maxBufferedBytes, metrics_);
  server_.emplace(timer(), httpSettings_, router_, metrics_, *budget_, logger_, desk_->guard());
  auto receiver = network_.parseAddress("127.0.0.1:0").wait(scope())->listen();
  port_ = receiver->getPort();
  server_->accept(kj::mv(receiver));
}

HttpClient GatewayTest::connect() {
  auto address = network_.parseAddress("127.0.0.1", port_).wait(scope());
  return HttpClient(address->connect().wait(scope()), scope());
}

ClientResponse GatewayTest::ask(std::string_view request) {
  auto client = connect();
  client.send(request);
  return client.receive();
}

}  // namespace brood::gateway
