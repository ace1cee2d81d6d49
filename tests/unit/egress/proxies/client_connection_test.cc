#include "egress/proxies/client_connection.h"

#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {
namespace {

using ClientConnectionTest = ProxyTest;

TEST_F(ClientConnectionTest, ANamedPortLeadsToItsHost) {
  auto client = open([&](ClientContext context, kj::Own<kj::AsyncIoStream> stream) {
    return serveNamedPort(context, kj::mv(stream), "127.0.0.1", port);
  });
  auto accepted = accept();
  write(*accepted, "welcome");
  EXPECT_EQ(read(*client, 7), "welcome");
}

TEST_F(ClientConnectionTest, ANamedPortThatIsRefusedIsClosed) {
  auto client = open([](ClientContext context, kj::Own<kj::AsyncIoStream> stream) {
    return serveNamedPort(context, kj::mv(stream), "a.example", 5432);
  });
  EXPECT_EQ(readToEnd(*client), "");
  EXPECT_TRUE(job.report().denied().contains({"a.example", 5432, "not_listed"}));
}

// The end of the client's own bytes comes after the last words have been read.
TEST_F(ClientConnectionTest, LastWordsAreReadBeforeTheEnd) {
  auto client = open([this](ClientContext, kj::Own<kj::AsyncIoStream> stream) {
    return turnAway(io.timer(), kj::mv(stream), {"limit", "connections", "too many"});
  });
  auto writing = client->write("unread", 6).eagerlyEvaluate(nullptr);
  EXPECT_EQ(readToEnd(*client).substr(0, 12), "HTTP/1.1 403");
  writing.wait(scope());
}

}  // namespace
}  // namespace brood::egress
