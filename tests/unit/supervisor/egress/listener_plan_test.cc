#include "supervisor/egress/listener_plan.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

TEST(ListenerPlan, WithoutNamedPortsThereAreThreeProxies) {
  const ListenerPlan plan({});
  EXPECT_EQ(plan.size(), 3u);
  EXPECT_EQ(plan.hosts(), "") << "the template's will do";
  capnp::MallocMessageBuilder message;
  auto request = message.initRoot<wire::BuildSlot>();
  plan.fillSlot(request);
  ASSERT_EQ(request.getListeners().size(), 3u);
  for (auto listener : request.getListeners()) EXPECT_EQ(listener.getAddress(), 0x7f000001u);
  EXPECT_EQ(request.getListeners()[0].getPort(), kHttpProxyPort);
}

TEST(ListenerPlan, EachNameHasOneAddressWhateverItsPorts) {
  const ListenerPlan plan({{"db.example", 5432}, {"mail.example", 25}, {"db.example", 5433}});
  EXPECT_EQ(plan.size(), 6u);
  EXPECT_NE(plan.hosts().find("127.77.0.1 db.example\n"), std::string::npos);
  EXPECT_NE(plan.hosts().find("127.77.0.2 mail.example\n"), std::string::npos);
  EXPECT_NE(plan.hosts().find("127.0.0.1 localhost"), std::string::npos);
  capnp::MallocMessageBuilder message;
  auto request = message.initRoot<wire::BuildSlot>();
  plan.fillSlot(request);
  EXPECT_EQ(request.getListeners()[3].getAddress(), request.getListeners()[5].getAddress());
  EXPECT_EQ(request.getListeners()[5].getPort(), 5433);
}

TEST(ListenerPlan, TheBrokerIsToldOfTheSameSocketsInTheSameOrder) {
  const ListenerPlan plan({{"db.example", 5432}});
  capnp::MallocMessageBuilder message;
  auto add = message.initRoot<egress::wire::AddListeners>();
  plan.fillBroker(add, 0, 3);
  EXPECT_TRUE(add.getListeners()[0].isHttp());
  EXPECT_TRUE(add.getListeners()[1].isSocks());
  EXPECT_TRUE(add.getListeners()[2].isAlias());
  capnp::MallocMessageBuilder rest;
  auto more = rest.initRoot<egress::wire::AddListeners>();
  plan.fillBroker(more, 3, 1);
  ASSERT_TRUE(more.getListeners()[0].isNamed());
  EXPECT_EQ(std::string(more.getListeners()[0].getNamed().getHost().cStr()), "db.example");
  EXPECT_EQ(more.getListeners()[0].getNamed().getPort(), 5432);
}

}  // namespace
}  // namespace brood::supervisor
