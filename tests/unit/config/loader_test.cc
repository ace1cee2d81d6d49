#include "config/loader.h"

#include <gtest/gtest.h>

#include "config/settings.h"
#include "tests/unit/config/temporary_file.h"

namespace brood {
namespace {

// An empty file, so that the machine's own /etc/brood/brood.toml is not read.
const std::vector<std::string> kNoFile{"--config", "/dev/null"};

LoadedConfig load(std::vector<std::string> flags, const std::vector<std::string>& environment) {
  flags.insert(flags.begin(), kNoFile.begin(), kNoFile.end());
  return loadConfig(flags, environment);
}

std::string originOf(const LoadedConfig& loaded, const std::string& key) {
  for (const auto& value : loaded.values) {
    if (value.key == key) return value.origin;
  }
  return "no such key";
}

std::string valueOf(const LoadedConfig& loaded, const std::string& key) {
  for (const auto& value : loaded.values) {
    if (value.key == key) return value.value;
  }
  return "no such key";
}

TEST(Loader, HasADefaultForEverySetting) {
  auto loaded = load({}, {});
  EXPECT_EQ(loaded.values.size(), settingsFor(loaded.config).size());
  for (const auto& value : loaded.values) EXPECT_EQ(value.origin, "default") << value.key;
  EXPECT_EQ(valueOf(loaded, "gateway.port"), "8080");
  EXPECT_EQ(valueOf(loaded, "gateway.host"), "\"127.0.0.1\"");
  EXPECT_EQ(valueOf(loaded, "sandbox.read_only_paths"), "[\"/usr\"]");
  EXPECT_EQ(valueOf(loaded, "profiles.default.preload"), "");
}

// Each source is stronger than the ones before it.
TEST(Loader, PrefersFlagToEnvironmentToFileToDefault) {
  TemporaryFile file("[gateway]\nport = 1001\n");
  std::vector<std::string> flags{"--config=" + file.path()};
  std::vector<std::string> environment{"HOME=/root"};

  auto fromFile = loadConfig(flags, environment);
  EXPECT_EQ(fromFile.config.gateway.port, 1001);
  EXPECT_EQ(fromFile.filePath, file.path());
  EXPECT_EQ(originOf(fromFile, "gateway.port"), "file " + file.path());

  environment.push_back("PORT=1002");
  auto fromPlatform = loadConfig(flags, environment);
  EXPECT_EQ(fromPlatform.config.gateway.port, 1002);
  EXPECT_EQ(originOf(fromPlatform, "gateway.port"), "environment PORT");

  environment.insert(environment.begin(), "BROOD_GATEWAY_PORT=1003");
  auto fromEnvironment = loadConfig(flags, environment);
  EXPECT_EQ(fromEnvironment.config.gateway.port, 1003);
  EXPECT_EQ(originOf(fromEnvironment, "gateway.port"), "environment BROOD_GATEWAY_PORT");

  flags.insert(flags.end(), {"--port", "1004"});
  auto fromFlag = loadConfig(flags, environment);
  EXPECT_EQ(fromFlag.config.gateway.port, 1004);
  EXPECT_EQ(originOf(fromFlag, "gateway.port"), "flag --port");
}

// The value in force can be given back to every setting through every source.
TEST(Loader, TakesEverySettingFromEverySource) {
  Config defaults;
  for (const auto& setting : settingsFor(defaults)) {
    auto value = setting.load(defaults);
    std::string toml = value ? tomlText(*value) : "[\"json\"]";
    std::string plain = toml;
    if (auto* text = value ? std::get_if<std::string>(&*value) : nullptr) plain = *text;
    if (setting.kind == SettingKind::list) plain = "/a,/b";
    if (setting.textRule == TextRule::moduleName) plain = "json,os.path";
    if (setting.textRule == TextRule::assignment) plain = "A=1,B=";
    if (setting.kind == SettingKind::list && setting.key.starts_with("egress.")) {
      plain = "10.0.0.0/8,10.1.0.1";
    }

    auto flag = load({setting.flag(), plain}, {});
    EXPECT_EQ(originOf(flag, setting.key), "flag " + setting.flag());
    auto environment = load({}, {setting.environment() + "=" + plain});
    EXPECT_EQ(originOf(environment, setting.key), "environment " + setting.environment());
    TemporaryFile file(setting.key + " = " + toml + "\n");
    auto fromFile = loadConfig({"--config", file.path()}, {});
    EXPECT_EQ(originOf(fromFile, setting.key), "file " + file.path());
    EXPECT_EQ(valueOf(fromFile, setting.key), toml);
  }
}

TEST(Loader, FindsTheFileByTheEnvironmentToo) {
  TemporaryFile file("gateway.host = \"::1\"");
  auto loaded = loadConfig({}, {"BROOD_CONFIG=" + file.path()});
  EXPECT_EQ(loaded.config.gateway.host, "::1");
  auto flagWins = loadConfig({"--config", "/dev/null"}, {"BROOD_CONFIG=" + file.path()});
  EXPECT_EQ(flagWins.config.gateway.host, "127.0.0.1");
}

TEST(Loader, ReadsQuantitiesAndDurationsInEverySource) {
  TemporaryFile file(
      "[limits]\nmemory_bytes = {default = \"128Mi\", max = 536870912}\n"
      "wall_time_ms.max = \"2m\"\n");
  auto loaded = loadConfig({"--config", file.path(), "--limits-cpu-time-ms-default=1.5s"},
                           {"BROOD_GATEWAY_MAX_BODY_BYTES=1Mi"});
  EXPECT_EQ(loaded.config.limits.memoryBytes.defaultValue, 128ull << 20);
  EXPECT_EQ(loaded.config.limits.memoryBytes.maximum, 512ull << 20);
  EXPECT_EQ(loaded.config.limits.wallTimeMs.maximum, 120'000u);
  EXPECT_EQ(loaded.config.limits.cpuTimeMs.defaultValue, 1'500u);
  EXPECT_EQ(loaded.config.gateway.maxBodyBytes, 1u << 20);
}

TEST(Loader, UnderstandsThePlatformsNames) {
  auto loaded =
      load({}, {"PORT=9000", "HOST=0.0.0.0", "MAX_MEMORY=128Mi", "MAX_CPU=1500m",
                "MAX_EXECUTION_TIME=5s", "ENABLE_NETWORK=false", "ALLOWED_DOMAINS=", "DEBUG=true"});
  EXPECT_EQ(loaded.config.gateway.port, 9000);
  EXPECT_EQ(loaded.config.gateway.host, "0.0.0.0");
  EXPECT_EQ(loaded.config.limits.memoryBytes.maximum, 128ull << 20);
  EXPECT_EQ(loaded.config.limits.memoryBytes.defaultValue, 128ull << 20);
  EXPECT_EQ(originOf(loaded, "limits.memory_bytes.default"),
            "environment MAX_MEMORY (lowered to limits.memory_bytes.max)");
  EXPECT_EQ(loaded.config.sandbox.cpuMillicores, 1500u);
  EXPECT_EQ(loaded.config.limits.wallTimeMs.maximum, 5'000u);
  EXPECT_EQ(loaded.config.limits.wallTimeMs.defaultValue, 5'000u);
  EXPECT_EQ(loaded.config.supervisor.logLevel, "debug");

  EXPECT_EQ(load({}, {"MAX_EXECUTION_TIME=20"}).config.limits.wallTimeMs.maximum, 20'000u);
  EXPECT_EQ(load({}, {"MAX_CPU=2"}).config.sandbox.cpuMillicores, 2000u);
  EXPECT_EQ(load({}, {"DEBUG=0"}).config.supervisor.logLevel, "info");
  EXPECT_EQ(load({}, {"DEBUG=1", "BROOD_SUPERVISOR_LOG_LEVEL=warn"}).config.supervisor.logLevel,
            "warn");
}

TEST(Loader, KeepsADefaultThatARaisedMaximumAllows) {
  auto loaded = load({}, {"MAX_MEMORY=4Gi"});
  EXPECT_EQ(loaded.config.limits.memoryBytes.maximum, 4ull << 30);
  EXPECT_EQ(loaded.config.limits.memoryBytes.defaultValue, 256ull << 20);
}

TEST(Loader, TakesNoServiceLinkForASetting) {
  auto loaded = load({}, {"BROOD_SERVICE_HOST=10.0.0.7", "BROOD_SERVICE_PORT_HTTP=80",
                          "BROOD_PORT=tcp://10.0.0.7:80", "BROOD_PORT_80_TCP_ADDR=10.0.0.7",
                          "BROOD_PORT_80_TCP_PROTO=tcp", "BROOD_GATEWAY_PORT=tcp://10.0.0.7:80",
                          "BROOD_MUST_WORK=1"});
  EXPECT_EQ(originOf(loaded, "gateway.port"), "default");
}

TEST(Loader, AddsTheFilesProfilesToTheDefaultOne) {
  TemporaryFile file(
      "[profiles.default]\ntarget_idle = 3\n"
      "[profiles.data-science]\npreload = [\"numpy\", \"pandas\"]\nmin_idle = 0\n"
      "[profiles.plain]\n");
  auto loaded = loadConfig({"--config", file.path(), "--profiles-data-science-target-idle=4"},
                           {"BROOD_PROFILES_PLAIN_PRELOAD="});
  ASSERT_EQ(loaded.config.profiles.size(), 3u);
  EXPECT_EQ(loaded.config.profiles[0].name, "default");
  EXPECT_EQ(loaded.config.profiles[0].targetIdle, 3u);
  EXPECT_FALSE(loaded.config.profiles[0].preload);
  EXPECT_EQ(loaded.config.profiles[1].name, "data-science");
  EXPECT_EQ(loaded.config.profiles[1].preload, (std::vector<std::string>{"numpy", "pandas"}));
  EXPECT_EQ(loaded.config.profiles[1].targetIdle, 4u);
  EXPECT_EQ(loaded.config.profiles[2].preload, std::vector<std::string>{});
}

TEST(Loader, ParksANodeWhereNobodyHasSaidWhichProfilesThereAre) {
  auto loaded = load({"--profiles-javascript-max-workers", "3"}, {});
  ASSERT_EQ(loaded.config.profiles.size(), 2u);
  const auto& node = loaded.config.profiles[1];
  EXPECT_EQ(node.language, "javascript");
  EXPECT_EQ(node.targetIdle, 1u);
  EXPECT_EQ(node.maxWorkers, 3u);
  EXPECT_TRUE(node.onlyIfInstalled);

  TemporaryFile file("[profiles.default]\ntarget_idle = 3\n");
  EXPECT_EQ(loadConfig({"--config", file.path()}, {}).config.profiles.size(), 1u);
}

TEST(Loader, LowersIdleCountsToAStrongerTarget) {
  auto loaded = load({"--profiles-default-max-workers", "1"}, {});
  EXPECT_EQ(loaded.config.profiles[0].targetIdle, 1u);
  EXPECT_EQ(loaded.config.profiles[0].minIdle, 1u);
}

TEST(Loader, HelpsWithEverySetting) {
  std::string help = configHelp();
  for (const auto& setting : settingsFor(Config{})) {
    EXPECT_NE(help.find(setting.flag() + "  " + setting.environment()), std::string::npos);
    EXPECT_FALSE(setting.help.empty()) << setting.key;
  }
}

TEST(Loader, TechniquesAreSwitchedByName) {
  auto loaded = load({"--techniques-huge-pages=off"}, {"BROOD_TECHNIQUES_FILL_HOLES=off"});
  EXPECT_FALSE(loaded.config.techniques.hugePages);
  EXPECT_FALSE(loaded.config.techniques.fillHoles);
  EXPECT_TRUE(loaded.config.techniques.touchPages);
  EXPECT_EQ(valueOf(loaded, "techniques.huge_pages"), "\"off\"");
}

}  // namespace
}  // namespace brood
