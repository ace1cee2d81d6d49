#include "egress/network/dialler.h"

#include <gtest/gtest.h>

#include "rpc/loop/uv_io.h"

namespace brood::egress {
namespace {

class DiallerTest : public testing::Test {
 protected:
  DiallerTest()
      : receiver(
            io.provider().getNetwork().parseAddress("127.0.0.1", 0).wait(io.waitScope())->listen()),
        dialler(io.lowLevel(), io.timer()) {}
  ~DiallerTest() noexcept override = default;

  // A target with these addresses, at the port that is listened on.
  Dialled dial(std::vector<const char*> addresses) {
    const std::vector<std::string> entries{"a.example:*", "127.0.0.0/8:*"};
    const auto policy = std::get<Policy>(Policy::of(entries));
    const auto port = static_cast<uint16_t>(receiver->getPort());
    const auto permit = decide(policy, Narrowing::everythingAllowed(), "a.example", port);
    std::vector<IpAddress> answers;
    for (const auto* address : addresses) answers.push_back(*IpAddress::parse(address));
    const auto target =
        std::get<ApprovedTarget>(policy.approve(std::get<Permit>(permit), answers, Surroundings()));
    return dialler.dial(target, 10 * kj::SECONDS).wait(io.waitScope());
  }

  UvAsyncIo io;
  kj::Own<kj::ConnectionReceiver> receiver;
  Dialler dialler;
};

TEST_F(DiallerTest, ConnectsToAnAddressThatAnswers) {
  EXPECT_TRUE(std::holds_alternative<kj::Own<kj::AsyncIoStream>>(dial({"127.0.0.1"})));
}

// Nobody listens on 127.0.0.2 and 127.0.0.3.
TEST_F(DiallerTest, TriesTheNextWhereOneDoesNotAnswer) {
  const auto dialled = dial({"127.0.0.2", "127.0.0.3", "127.0.0.1"});
  EXPECT_TRUE(std::holds_alternative<kj::Own<kj::AsyncIoStream>>(dialled));
}

TEST_F(DiallerTest, SaysWhyNoneAnswers) {
  const auto dialled = dial({"127.0.0.2", "127.0.0.3"});
  ASSERT_TRUE(std::holds_alternative<DialProblem>(dialled));
  EXPECT_NE(std::get<DialProblem>(dialled).text.find("Connection refused"), std::string::npos);
}

}  // namespace
}  // namespace brood::egress
