#pragma once
// A broker in the test's own process, without anything given up.

#include <gtest/gtest.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <spdlog/sinks/null_sink.h>

#include "egress/broker/broker.h"

namespace brood::egress {

class BrokerTest : public testing::Test {
 protected:
  ~BrokerTest() noexcept override = default;

  // A socket that listens on loopback, on the port that `port` is then.
  OwnedFd newListener() {
    OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    KJ_SYSCALL(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size));
    KJ_SYSCALL(::listen(socket.get(), 16));
    KJ_SYSCALL(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size));
    port = ntohs(address.sin_port);
    return socket;
  }
  kj::Own<kj::AsyncIoStream> connect() {
    return io.provider()
        .getNetwork()
        .parseAddress("127.0.0.1", port)
        .wait(io.waitScope())
        ->connect()
        .wait(io.waitScope());
  }

  UvAsyncIo io;
  Resolver resolver{io.port()};
  kj::TlsContext tls;
  spdlog::logger logger{"test", std::make_shared<spdlog::sinks::null_sink_st>()};
  uint16_t port = 0;
};

}  // namespace brood::egress
