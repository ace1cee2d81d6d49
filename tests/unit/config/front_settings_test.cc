#include "config/front_settings.h"

#include <gtest/gtest.h>

#include "config/loader.h"
#include "tests/unit/config/temporary_file.h"

namespace brood {
namespace {

// A problem with these flags, or nothing.
std::string problemWith(std::vector<std::string> flags) {
  flags.insert(flags.begin(), {"--config", "/dev/null"});
  try {
    loadConfig(flags, {});
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

Config loaded(const std::vector<std::string>& environment) {
  return loadConfig({"--config", "/dev/null"}, environment).config;
}

TEST(FrontSettings, AreOffByDefault) {
  const Config config = loaded({});
  EXPECT_EQ(config.access.mode, "auto");
  EXPECT_EQ(config.audit.path, "");
  EXPECT_EQ(config.traces.endpoint, "");
  EXPECT_EQ(config.supabase.url, "");
  EXPECT_FALSE(config.gateway.speaksTls());
}

TEST(FrontSettings, HaveTheVariablesThatOthersKnow) {
  const Config config = loaded({"SUPABASE_URL=https://project.example",
                                "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318"});
  EXPECT_EQ(config.supabase.url, "https://project.example");
  EXPECT_EQ(config.traces.endpoint, "http://127.0.0.1:4318");
}

TEST(FrontSettings, AreChoicesPathsAndAddresses) {
  EXPECT_NE(problemWith({"--access-mode", "closed"}).find("access.mode"), std::string::npos);
  EXPECT_NE(problemWith({"--audit-fsync", "daily"}).find("audit.fsync"), std::string::npos);
  EXPECT_NE(problemWith({"--audit-path", "audit.jsonl"}).find("audit.path"), std::string::npos);
  EXPECT_NE(problemWith({"--traces-endpoint", "127.0.0.1:4318"}).find("traces.endpoint"),
            std::string::npos);
  EXPECT_EQ(problemWith({"--supabase-url", "https://project.example"}), "");
}

TEST(FrontSettings, HttpsNeedsBothFiles) {
  EXPECT_NE(problemWith({"--gateway-tls-cert", "/a.pem"}), "");
  EXPECT_NE(problemWith({"--gateway-tls-client-ca", "/a.pem"}), "");
  EXPECT_EQ(problemWith({"--gateway-tls-cert", "/a.pem", "--gateway-tls-key", "/b.pem"}), "");
}

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
