#include "supervisor/egress/broker_configuration.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/start_error.h"

namespace brood::supervisor {
namespace {

const char* lookUp(const char* name) { return std::strcmp(name, "KEY") == 0 ? "s3cret" : nullptr; }

TEST(BrokerConfiguration, VariablesAreReplacedAndKnownAsSecrets) {
  const auto expanded = expandVariables("Bearer ${env:KEY}-${env:KEY}!", "key", &lookUp);
  EXPECT_EQ(expanded.text, "Bearer s3cret-s3cret!");
  EXPECT_EQ(expanded.secrets, (std::vector<std::string>{"s3cret", "s3cret"}));
  EXPECT_EQ(expandVariables("$plain {text}", "key", &lookUp).text, "$plain {text}");
}

TEST(BrokerConfiguration, AMissingVariableIsNamed) {
  try {
    expandVariables("${env:NONE}", "egress.aliases.a.headers", &lookUp);
    FAIL() << "taken for nothing";
  } catch (const StartError& error) {
    EXPECT_STREQ(error.what(), "egress.aliases.a.headers: there is no environment variable NONE");
  }
  EXPECT_THROW(expandVariables("${env:KEY", "key", &lookUp), StartError);
}

TEST(BrokerConfiguration, ForbidsTheApiOfTheClusterItIsIn) {
  EgressConfig config;
  config.forbid = {"198.51.100.0/24"};
  const auto forbiddenWith = [&](const char* host) {
    capnp::MallocMessageBuilder message;
    auto to = message.initRoot<egress::wire::Configuration>();
    fillConfiguration(
        config, 0,
        [host](const char* name) {
          return std::strcmp(name, "KUBERNETES_SERVICE_HOST") == 0 ? host : nullptr;
        },
        to);
    std::vector<std::string> all;
    for (auto each : to.getForbidden()) all.emplace_back(each.cStr());
    return all;
  };
  EXPECT_EQ(forbiddenWith("203.0.113.7"),
            (std::vector<std::string>{"198.51.100.0/24", "203.0.113.7"}));
  EXPECT_EQ(forbiddenWith("not-an-address"), config.forbid);
  EXPECT_EQ(forbiddenWith(nullptr), config.forbid);
}

TEST(BrokerConfiguration, TellsTheBrokerAllOfIt) {
  EgressConfig config;
  config.allow = {"a.example", "!b.example"};
  config.forbid = {"10.0.0.0/8"};
  config.resolvers = {"192.0.2.1:53"};
  config.requireSni = "off";
  config.connections = 7;
  config.jobUpBytes = 8;
  config.aliases = {{.name = "api",
                     .origin = "https://api.example",
                     .headers = {"Authorization=Bearer ${env:KEY}"}}};
  capnp::MallocMessageBuilder message;
  auto to = message.initRoot<egress::wire::Configuration>();
  fillConfiguration(config, 8080, &lookUp, to);
  EXPECT_EQ(to.getEntries().size(), 2u);
  EXPECT_EQ(to.getForbidden().size(), 1u);
  EXPECT_EQ(to.getResolvers().size(), 1u);
  EXPECT_EQ(to.getOwnPorts()[0], 8080);
  EXPECT_FALSE(to.getRequireSni());
  EXPECT_EQ(to.getLimits().getConnections(), 7u);
  auto alias = to.getAliases()[0];
  EXPECT_EQ(std::string(alias.getHeaders()[0].getName().cStr()), "Authorization");
  EXPECT_EQ(std::string(alias.getHeaders()[0].getValue().cStr()), "Bearer s3cret");
  EXPECT_EQ(std::string(alias.getSecrets()[0].cStr()), "s3cret");
  capnp::MallocMessageBuilder ofJob;
  auto limits = ofJob.initRoot<egress::wire::JobLimits>();
  fillJobLimits(config, limits);
  EXPECT_EQ(limits.getBytesUp(), 8u);
  EXPECT_EQ(limits.getConnectionsAtOnce(), config.jobConnections);
}

}  // namespace
}  // namespace brood::supervisor
