#include "egress/network/resolver.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <netinet/in.h>

#include "base/owned_fd.h"
#include "rpc/loop/uv_io.h"

namespace brood::egress {
namespace {

// Answers each question for IPv4 addresses with 8.8.4.4 and every other one with nothing; or, told
// to, that there is no such name.
class NameServer {
 public:
  explicit NameServer(UvEventPort& port)
      : socket_(bound()), observer_(port, socket_.get(), UvFdObserver::Interest::read) {
    serving_ = serve().eagerlyEvaluate(nullptr);
  }

  std::string address() const {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    KJ_SYSCALL(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size));
    return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }

  bool knowsName = true;

 private:
  static OwnedFd bound() {
    OwnedFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    KJ_SYSCALL(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)));
    return socket;
  }

  kj::Promise<void> serve() {
    return observer_.whenReadable().then([this] {
      char packet[512];
      sockaddr_in client{};
      socklen_t size = sizeof(client);
      auto* address = reinterpret_cast<sockaddr*>(&client);
      ssize_t count;
      while ((count = ::recvfrom(socket_.get(), packet, sizeof(packet), 0, address, &size)) > 0) {
        const std::string answer = answerTo({packet, static_cast<size_t>(count)});
        ::sendto(socket_.get(), answer.data(), answer.size(), 0, address, size);
      }
      return serve();
    });
  }

  std::string answerTo(const std::string& question) const {
    // The question ends with its type and class; there is nothing behind it.
    const bool isV4 = question[question.size() - 3] == 1;
    const bool answers = knowsName && isV4;
    std::string answer = question.substr(0, 2);
    answer += knowsName ? std::string("\x81\x80", 2) : std::string("\x81\x83", 2);
    answer += std::string("\0\1\0", 3) + (answers ? '\1' : '\0') + std::string(4, '\0');
    answer += question.substr(12);
    if (answers) answer += std::string("\xc0\x0c\0\1\0\1\0\0\0\1\0\4\x08\x08\x04\x04", 16);
    return answer;
  }

  OwnedFd socket_;
  UvFdObserver observer_;
  kj::Promise<void> serving_ = nullptr;
};

HostName name(const char* text) { return std::get<HostName>(readHost(text)); }

TEST(Resolver, AsksItsNameServersAndNobodyElse) {
  UvAsyncIo io;
  NameServer server(io.port());
  Resolver resolver(io.port());
  resolver.useServers({server.address()});
  const auto lookup = resolver.lookUp(name("a.example")).wait(io.waitScope());
  ASSERT_EQ(lookup.addresses.size(), 1u) << lookup.problem;
  EXPECT_EQ(lookup.addresses[0].text(), "8.8.4.4");
}

TEST(Resolver, SaysWhyThereIsNoAddress) {
  UvAsyncIo io;
  NameServer server(io.port());
  server.knowsName = false;
  Resolver resolver(io.port());
  resolver.useServers({server.address()});
  const auto lookup = resolver.lookUp(name("nobody.example")).wait(io.waitScope());
  EXPECT_TRUE(lookup.addresses.empty());
  EXPECT_NE(lookup.problem, "");
}

TEST(Resolver, ManyAtOnceAndAfterAChangeOfServers) {
  UvAsyncIo io;
  NameServer first(io.port()), second(io.port());
  Resolver resolver(io.port());
  for (auto* server : {&first, &second, &first}) {
    resolver.useServers({server->address()});
    auto lookups = kj::heapArrayBuilder<kj::Promise<Lookup>>(50);
    for (int i = 0; i < 50; ++i) lookups.add(resolver.lookUp(name("a.example")));
    for (auto& lookup : lookups) {
      EXPECT_EQ(lookup.wait(io.waitScope()).addresses.size(), 1u);
    }
  }
}

TEST(Resolver, AnAnswerThatIsNotWaitedForIsForgotten) {
  UvAsyncIo io;
  NameServer server(io.port());
  Resolver resolver(io.port());
  resolver.useServers({server.address()});
  { auto forgotten = resolver.lookUp(name("a.example")); }
  EXPECT_EQ(resolver.lookUp(name("b.example")).wait(io.waitScope()).addresses.size(), 1u);
}

TEST(Resolver, RefusesServersThatAreNone) {
  UvAsyncIo io;
  Resolver resolver(io.port());
  EXPECT_NE(kj::runCatchingExceptions([&] { resolver.useServers({"nonsense"}); }), nullptr);
}

}  // namespace
}  // namespace brood::egress
