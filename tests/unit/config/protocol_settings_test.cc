#include "config/protocol_settings.h"

#include <gtest/gtest.h>

#include "config/loader.h"
#include "tests/unit/config/temporary_file.h"

namespace brood {
namespace {

Config configOf(const std::string& toml, const std::vector<std::string>& environment) {
  TemporaryFile file(toml);
  return loadConfig({"--config", file.path()}, environment).config;
}

TEST(ProtocolSettings, AreOffUnlessSomebodySwitchesThemOn) {
  EXPECT_FALSE(configOf("", {}).protocols.hasMcp());
  EXPECT_TRUE(configOf("[protocols]\nmcp = \"on\"\n", {}).protocols.hasMcp());
  EXPECT_TRUE(configOf("", {"BROOD_PROTOCOLS_MCP=on"}).protocols.hasMcp());
}

TEST(ProtocolSettings, OneVariableSwitchesOnWhatItLists) {
  EXPECT_TRUE(configOf("", {"BROOD_PROTOCOLS= mcp ,"}).protocols.hasMcp());
  EXPECT_TRUE(configOf("[protocols]\nmcp = \"off\"\n", {"BROOD_PROTOCOLS=mcp"}).protocols.hasMcp());
  EXPECT_FALSE(configOf("", {"BROOD_PROTOCOLS="}).protocols.hasMcp());
}

TEST(ProtocolSettings, TheVariableOfOneProtocolIsStronger) {
  EXPECT_FALSE(configOf("", {"BROOD_PROTOCOLS_MCP=off", "BROOD_PROTOCOLS=mcp"}).protocols.hasMcp());
}

TEST(ProtocolSettings, AnUnknownNameIsRefusedWithTheKnownOnes) {
  try {
    configOf("", {"BROOD_PROTOCOLS=mpc"});
    FAIL() << "taken";
  } catch (const ConfigError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("BROOD_PROTOCOLS"), std::string::npos) << text;
    EXPECT_NE(text.find("'mpc'"), std::string::npos) << text;
    EXPECT_NE(text.find("list of mcp"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace brood
