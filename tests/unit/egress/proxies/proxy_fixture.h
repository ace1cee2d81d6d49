#pragma once
// A job, a server on loopback that it may reach, and connections of the job's that the test holds
// the other end of.

#include <gtest/gtest.h>

#include "egress/proxies/client_connection.h"
#include "rpc/loop/uv_io.h"

namespace brood::egress {

class ProxyTest : public testing::Test {
 protected:
  ProxyTest();
  ~ProxyTest() noexcept override;

  // Addresses need no name server: "127.0.0.1:<port of the server>" is on the list.
  std::string server() const { return "127.0.0.1:" + std::to_string(port); }
  void allow(std::vector<std::string> entries);
  // The server's end of the next connection to it.
  kj::Own<kj::AsyncIoStream> accept();
  // Serves a connection of the job's; the answer is the job's end of it.
  using Serve = std::function<kj::Promise<void>(ClientContext, kj::Own<kj::AsyncIoStream>)>;
  kj::Own<kj::AsyncIoStream> open(const Serve& serve);

  void write(kj::AsyncIoStream& to, const std::string& text);
  std::string read(kj::AsyncIoStream& from, size_t count);
  std::string readToEnd(kj::AsyncIoStream& from);
  // Up to and with this.
  std::string readUntil(kj::AsyncIoStream& from, const std::string& end);
  Reached reachServer();
  kj::WaitScope& scope() { return io.waitScope(); }

  UvAsyncIo io;
  Resolver resolver{io.port()};
  Dialler dialler{io.lowLevel(), io.timer()};
  kj::TlsContext tls;
  SettingsPtr settings;
  Services services{io.lowLevel(), io.timer(), resolver, dialler, settings, tls};
  Counters counters;
  TenantUse tenant{JobLimits()};
  Job job{JobLimits(), Narrowing::everythingAllowed(), tenant, io.timer(), counters};
  LiveConnection live;
  kj::Own<kj::ConnectionReceiver> receiver;
  uint16_t port;

 private:
  std::vector<kj::Promise<void>> served_;
};

}  // namespace brood::egress
