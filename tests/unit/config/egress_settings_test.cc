#include "config/egress_settings.h"

#include <gtest/gtest.h>

#include "config/loader.h"
#include "tests/unit/config/temporary_file.h"

namespace brood {
namespace {

std::string problemOf(const std::string& toml) {
  TemporaryFile file(toml);
  try {
    loadConfig({"--config", file.path()}, {});
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "none";
}

TEST(EgressSettings, ThePlatformsNamesAreItsSwitches) {
  TemporaryFile file("");
  const auto loaded = loadConfig({"--config", file.path()},
                                 {"ENABLE_NETWORK=true", "ALLOWED_DOMAINS=github.com,*.npmjs.org"});
  EXPECT_TRUE(loaded.config.egress.isOn());
  EXPECT_TRUE(loaded.config.egress.isOnUnasked());
  EXPECT_EQ(loaded.config.egress.allow, (std::vector<std::string>{"github.com", "*.npmjs.org"}));
  EXPECT_FALSE(loadConfig({"--config", file.path()}, {}).config.egress.isOn());
}

TEST(EgressSettings, AnAliasHasHeadersAsATableOrAsAList) {
  TemporaryFile file(
      "[egress.aliases.table]\norigin = \"https://api.example\"\n"
      "headers = {Authorization = \"Bearer ${env:KEY}\"}\n"
      "[egress.aliases.list]\norigin = \"https://api.example\"\nheaders = [\"X=1\", \"Y=a=b\"]\n");
  const auto& aliases = loadConfig({"--config", file.path()}, {}).config.egress.aliases;
  ASSERT_EQ(aliases.size(), 2u);
  EXPECT_EQ(aliases[0].name, "list");
  EXPECT_EQ(aliases[0].headers, (std::vector<std::string>{"X=1", "Y=a=b"}));
  EXPECT_EQ(aliases[1].headers, (std::vector<std::string>{"Authorization=Bearer ${env:KEY}"}));
  EXPECT_EQ(aliases[1].origin, "https://api.example");
}

TEST(EgressSettings, WhatIsNoneIsNamed) {
  EXPECT_EQ(problemOf("[egress.aliases.Open_AI]\norigin = \"https://x\"\n").substr(0, 22),
            "egress.aliases.Open_AI");
  EXPECT_EQ(problemOf("[egress.aliases.a]\norigin = \"http://x\"\n"),
            "egress.aliases.a.origin: 'http://x' is not https://HOST[:PORT][/PATH]");
  EXPECT_EQ(problemOf("[egress]\nallow = [\"a b\"]\n").substr(0, 14), "egress.allow: ");
  EXPECT_NE(problemOf("[egress.aliases.a]\norigin = \"https://x\"\nheaders = {A = 1}\n")
                .find("egress.aliases.a.headers"),
            std::string::npos);
}

TEST(EgressSettings, NamedPortsAreFew) {
  std::string allow = "[egress]\nallow = [";
  for (int i = 0; i < 62; ++i) allow += "\"a" + std::to_string(i) + ".example:5432\",";
  EXPECT_EQ(problemOf(allow + "]\n"),
            "egress.allow: has 62 exact names with a port; at most 61 are allowed");
}

}  // namespace
}  // namespace brood
