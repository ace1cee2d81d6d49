// The canary's question to a proxy, which is the test's.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "canary/attempts.h"
#include "zygote/slots/loopback.h"

namespace brood::canary {
namespace {

// In a network namespace of its own, so that the port is free.
class EgressAttempts : public testing::Test {
 protected:
  EgressAttempts() {
    EXPECT_EQ(::unshare(CLONE_NEWNET), 0);
    EXPECT_EQ(zygote::bringLoopbackUp(), 0);
  }
  std::string ask(const char* answer) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(3128);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    std::thread proxy([&]() {
      const int fd = ::accept(listener_, nullptr, nullptr);
      char request[512];
      EXPECT_GT(::read(fd, request, sizeof(request)), 0);
      EXPECT_GE(::write(fd, answer, std::string(answer).size()), 0);
      ::close(fd);
    });
    const std::string line = printed();
    proxy.join();
    ::close(listener_);
    return line;
  }
  static std::string printed() {
    char target[] = "evil.example:443";
    char* targets[] = {target};
    testing::internal::CaptureStdout();
    EXPECT_EQ(tryEgress(targets, targets + 1), 0);
    return testing::internal::GetCapturedStdout();
  }

  int listener_ = -1;
};

TEST_F(EgressAttempts, SayWhatTheProxyAnswers) {
  EXPECT_EQ(ask("HTTP/1.1 403 Forbidden\r\n\r\n"),
            "evil.example:443\tstopped\tHTTP/1.1 403 Forbidden\n");
  EXPECT_EQ(ask("HTTP/1.1 200 Connection established\r\n\r\n"),
            "evil.example:443\treached\tHTTP/1.1 200 Connection established\n");
  EXPECT_EQ(ask(""), "evil.example:443\tstopped\tno answer\n");
}

TEST_F(EgressAttempts, WithoutAProxyNothingIsProved) {
  EXPECT_EQ(printed(), "evil.example:443\tstopped\tECONNREFUSED\n");
}

}  // namespace
}  // namespace brood::canary
