#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {

ProxyTest::ProxyTest()
    : receiver(io.provider().getNetwork().parseAddress("127.0.0.1", 0).wait(scope())->listen()),
      port(static_cast<uint16_t>(receiver->getPort())) {
  allow({server()});
}

ProxyTest::~ProxyTest() noexcept = default;

void ProxyTest::allow(std::vector<std::string> entries) {
  auto made = std::make_shared<Settings>();
  made->policy = std::get<Policy>(Policy::of(entries));
  settings = std::move(made);
}

kj::Own<kj::AsyncIoStream> ProxyTest::accept() { return receiver->accept().wait(scope()); }

kj::Own<kj::AsyncIoStream> ProxyTest::open(const Serve& serve) {
  auto pipe = kj::newTwoWayPipe();
  served_.push_back(serve({services, job, live}, kj::mv(pipe.ends[1])).eagerlyEvaluate(nullptr));
  return kj::mv(pipe.ends[0]);
}

void ProxyTest::write(kj::AsyncIoStream& to, const std::string& text) {
  to.write(text.data(), text.size()).wait(scope());
}

std::string ProxyTest::read(kj::AsyncIoStream& from, size_t count) {
  std::string text(count, '\0');
  from.read(text.data(), count).wait(scope());
  return text;
}

std::string ProxyTest::readToEnd(kj::AsyncIoStream& from) {
  return from.readAllText().wait(scope()).cStr();
}

std::string ProxyTest::readUntil(kj::AsyncIoStream& from, const std::string& end) {
  std::string text;
  while (text.find(end) == std::string::npos) text += read(from, 1);
  return text;
}

Reached ProxyTest::reachServer() {
  auto reaching = reach(services, settings, settings->policy, job, "127.0.0.1", port).wait(scope());
  return kj::mv(std::get<Reached>(reaching));
}

}  // namespace brood::egress
