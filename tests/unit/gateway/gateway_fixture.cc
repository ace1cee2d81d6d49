#include "tests/unit/gateway/gateway_fixture.h"

#include <stdlib.h>

namespace brood {

GatewayTest::RuntimeDir::RuntimeDir() {
  std::string name = std::filesystem::temp_directory_path() / "brood-gateway-XXXXXX";
  KJ_REQUIRE(mkdtemp(name.data()) != nullptr);
  path = name;
}

GatewayTest::RuntimeDir::~RuntimeDir() { std::filesystem::remove_all(path); }

GatewayTest::GatewayTest() : network_(io_.provider().getNetwork()), logger_("test") {
  startSupervisor();
}

GatewayTest::~GatewayTest() noexcept = default;

void GatewayTest::startSupervisor() {
  host_.emplace(network_, scope(), dir_.path / "brood.sock");
  if (link_) link_->whenChanged().wait(scope());
}

void GatewayTest::stopSupervisor() { host_.reset(); }

void GatewayTest::startGateway() {
  link_.emplace(network_, timer(), dir_.path / "brood.sock", logger_);
  link_->whenChanged().wait(scope());
  execute_.emplace(*link_, limits_);
  info_.emplace(*link_, timer(), metrics_);
  router_ = makeRouter(*execute_, *info_);
  httpSettings_ = httpSettings(settings);
  server_.emplace(timer(), httpSettings_, router_, metrics_, logger_);
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

}  // namespace brood
