#include "egress/broker/configuration.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::egress {
namespace {

class ConfigurationTest : public testing::Test {
 protected:
  ~ConfigurationTest() noexcept override = default;

  void setEntries(std::initializer_list<const char*> entries) {
    auto list = configuration.initEntries(static_cast<kj::uint>(entries.size()));
    kj::uint index = 0;
    for (const char* entry : entries) list.set(index++, entry);
  }
  SettingsPtr settings() { return std::get<SettingsPtr>(readConfiguration(configuration)); }
  std::string problem() { return std::get<std::string>(readConfiguration(configuration)); }

  capnp::MallocMessageBuilder message;
  wire::Configuration::Builder configuration = message.initRoot<wire::Configuration>();
};

TEST_F(ConfigurationTest, IsWhatItSays) {
  setEntries({"a.example", "!b.example"});
  configuration.setRequireSni(false);
  configuration.initLimits().setDialTimeoutMs(1234);
  configuration.initOwnPorts(1).set(0, 8080);
  const auto read = settings();
  const auto all = Narrowing::everythingAllowed();
  EXPECT_TRUE(std::holds_alternative<Permit>(decide(read->policy, all, "a.example", 443)));
  EXPECT_FALSE(read->requireSni);
  EXPECT_EQ(read->dialTimeout, 1234 * kj::MILLISECONDS);
  EXPECT_EQ(read->surroundings.ownPorts, (std::vector<uint16_t>{8080}));
  EXPECT_TRUE(read->surroundings.isOwnAddress(*IpAddress::parse("127.0.0.1")));
}

TEST_F(ConfigurationTest, HasDefaults) {
  const auto read = settings();
  EXPECT_TRUE(read->policy.isEmpty());
  EXPECT_TRUE(read->requireSni);
  EXPECT_GT(read->headTimeout, 0 * kj::SECONDS);
}

TEST_F(ConfigurationTest, NamesTheEntryThatIsNone) {
  setEntries({"a.example", "http://b"});
  EXPECT_NE(problem().find("'http://b'"), std::string::npos);
}

TEST_F(ConfigurationTest, NamesTheRangeThatIsNone) {
  configuration.initForbidden(1).set(0, "10.0.0.1/8");
  EXPECT_NE(problem().find("10.0.0.1/8"), std::string::npos);
}

TEST_F(ConfigurationTest, NamesTheAliasThatIsWrong) {
  auto alias = configuration.initAliases(1)[0];
  alias.setName("openai");
  alias.setOrigin("http://a.example");
  EXPECT_EQ(problem().find("egress.aliases.openai: "), 0u);
}

}  // namespace
}  // namespace brood::egress
