#include "egress/proxies/server_connection.h"

#include <kj/debug.h>

#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {
namespace {

class ServerConnectionTest : public ProxyTest {
 protected:
  kj::Own<ServerConnection> connectionTo(const std::string& key) {
    auto reached = reachServer();
    const int fd = KJ_REQUIRE_NONNULL(reached.stream->getFd());
    return kj::heap<ServerConnection>(key, kj::mv(reached.stream), fd, reached.use, reached.target,
                                      1024);
  }
};

TEST_F(ServerConnectionTest, IsGoodForTheSame) {
  const auto connection = connectionTo("a:80");
  auto accepted = accept();
  EXPECT_TRUE(connection->isGoodFor("a:80"));
  EXPECT_FALSE(connection->isGoodFor("b:80"));
}

TEST_F(ServerConnectionTest, IsNotGoodOnceTheServerHasClosedIt) {
  auto connection = connectionTo("a:80");
  accept() = nullptr;
  EXPECT_FALSE(connection->buffered.readMore().wait(scope()));
  EXPECT_FALSE(connection->isGoodFor("a:80"));
}

TEST_F(ServerConnectionTest, IsNotGoodWithBytesThatNobodyAskedFor) {
  auto connection = connectionTo("a:80");
  auto accepted = accept();
  write(*accepted, "HTTP/1.1 408 early");
  EXPECT_TRUE(connection->buffered.readMore().wait(scope()));
  EXPECT_FALSE(connection->isGoodFor("a:80"));
}

}  // namespace
}  // namespace brood::egress
