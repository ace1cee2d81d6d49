#include "cli/commands/config_command.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/config/temporary_file.h"

namespace brood::cli {
namespace {

LoadedConfig someConfig() {
  return loadConfig({"--config=/dev/null", "--port=81", "--gateway-host=a\"b\\c"},
                    {"MAX_MEMORY=64Mi"});
}

TEST(ConfigCommand, ShowsPeopleAnAlignedTable) {
  std::string text = configText(someConfig(), ConfigFormat::people);
  EXPECT_TRUE(text.starts_with("KEY "));
  EXPECT_NE(text.find("  flag --port  "), std::string::npos) << text;
  EXPECT_NE(text.find("(unset)"), std::string::npos);
}

TEST(ConfigCommand, ShowsProgramsTypedValues) {
  auto json = nlohmann::json::parse(configText(someConfig(), ConfigFormat::json));
  auto valueOf = [&](const std::string& key) {
    for (const auto& each : json) {
      if (each["key"] == key) return each["value"];
    }
    return nlohmann::json("no such key");
  };
  EXPECT_EQ(valueOf("gateway.port"), 81);
  EXPECT_EQ(valueOf("gateway.host"), "a\"b\\c");
  EXPECT_EQ(valueOf("limits.memory_bytes.max"), 64 << 20);
  EXPECT_EQ(valueOf("sandbox.read_only_paths"), nlohmann::json({"/usr"}));
  EXPECT_TRUE(valueOf("profiles.default.preload").is_null());
}

TEST(ConfigCommand, WritesAFileThatMeansTheSame) {
  auto loaded = someConfig();
  TemporaryFile file(configText(loaded, ConfigFormat::toml));
  auto again = loadConfig({"--config", file.path()}, {});
  ASSERT_EQ(again.values.size(), loaded.values.size());
  for (size_t i = 0; i < loaded.values.size(); ++i) {
    EXPECT_EQ(again.values[i].value, loaded.values[i].value) << loaded.values[i].key;
  }
}

}  // namespace
}  // namespace brood::cli
