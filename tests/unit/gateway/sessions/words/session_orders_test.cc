#include "gateway/sessions/words/session_orders.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(SessionOrdersTest, AMessageIsNoLongerThanItIsReckoned) {
  SessionOrder order;
  for (int i = 0; i < 50; ++i) {
    order.env.emplace_back("N" + std::to_string(i), std::string(100, 'v'));
    order.files.push_back({"path" + std::to_string(i), std::string(1000, 'c'), false});
    order.metadata.emplace_back("name" + std::to_string(i), "value");
    order.network.allow.push_back("host" + std::to_string(i));
  }
  order.network.kind = NetworkOrder::Kind::narrowed;
  capnp::MallocMessageBuilder message;
  writeSession(order, message.initRoot<rpc::SessionSpec>());
  EXPECT_LE(message.sizeInWords() * sizeof(capnp::word), messageBytes(order));
}

TEST(SessionOrdersTest, ACommandHasItsTerminal) {
  CommandOrder order;
  order.args = {"vi", "x"};
  order.terminal = {24, 80};
  order.keepStdinOpen = true;
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<rpc::Command>();
  writeCommand(order, command);
  EXPECT_EQ(command.getRows(), 24u);
  EXPECT_EQ(command.getColumns(), 80u);
  EXPECT_TRUE(command.getKeepStdinOpen());
  EXPECT_EQ(command.getArgv()[1], "x");
}

TEST(SessionOrdersTest, KnowsSignalsByTheirNames) {
  EXPECT_EQ(signalNumber("SIGKILL"), 9);
  EXPECT_EQ(signalNumber("INT"), 2);
  EXPECT_EQ(signalNumber("SIG"), 0);
  EXPECT_EQ(signalNumber("sigkill"), 0);
}

}  // namespace
}  // namespace brood::gateway
