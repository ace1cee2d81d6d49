#include "cli/service/serve_screen.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::cli {
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
  std::string text = firstScreen({"0.0.0.0:81", false, false, {}}, status);
  EXPECT_TRUE(text.starts_with("Brood " BROOD_VERSION
                               " at http://127.0.0.1:81 (listening on 0.0.0.0:81)\n"));
  EXPECT_NE(text.find("isolation   namespaces"), std::string::npos);
  EXPECT_NE(text.find("curl -s http://127.0.0.1:81/v1/execute"), std::string::npos);
  EXPECT_EQ(text.find("Authorization"), std::string::npos);
}

TEST(ServeScreen, ShowsAKeyThatWasMadeForThisRun) {
  capnp::MallocMessageBuilder message;
  auto status = message.initRoot<rpc::Status>();
  const std::string made = firstScreen({"0.0.0.0:81", true, true, "brood_k"}, status);
  EXPECT_NE(made.find("Key for this run: brood_k\n"), std::string::npos);
  EXPECT_NE(made.find("curl -s https://127.0.0.1:81/v1/execute -H 'Authorization: Bearer brood_k'"),
            std::string::npos);
  const std::string own = firstScreen({"127.0.0.1:81", false, true, {}}, status);
  EXPECT_NE(own.find("'Authorization: Bearer KEY'"), std::string::npos);
}

}  // namespace
}  // namespace brood::cli
