#include "config/front_settings.h"

#include <gtest/gtest.h>

#include "config/loader.h"

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

}  // namespace
}  // namespace brood
