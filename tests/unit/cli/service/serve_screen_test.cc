#include "cli/serve_screen.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood {
namespace {

TEST(ServeScreen, ConnectsToThisMachineWhenListeningEverywhere) {
  EXPECT_EQ(clientAddress("0.0.0.0:8080"), "127.0.0.1:8080");
  EXPECT_EQ(clientAddress("[::]:80"), "127.0.0.1:80");
  EXPECT_EQ(clientAddress("[::1]:80"), "[::1]:80");
  EXPECT_EQ(clientAddress("10.0.0.0:80"), "10.0.0.0:80");
}

TEST(ServeScreen, HasARequestToPaste) {
  capnp::MallocMessageBuilder message;
  auto status = message.initRoot<rpc::Status>();
  status.initIsolation().setLevel("namespaces");
  std::string text = firstScreen("0.0.0.0:81", status);
  EXPECT_TRUE(text.starts_with("Brood " BROOD_VERSION
                               " at http://127.0.0.1:81 (listening on 0.0.0.0:81)\n"));
  EXPECT_NE(text.find("isolation   namespaces"), std::string::npos);
  EXPECT_NE(text.find("curl -s http://127.0.0.1:81/v1/execute"), std::string::npos);
}

}  // namespace
}  // namespace brood
