#include "config/session_settings.h"

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

TEST(SessionSettings, AreOnUnlessSomebodySwitchesThemOff) {
  TemporaryFile nothing("");
  EXPECT_TRUE(loadConfig({"--config", nothing.path()}, {}).config.sessions.isOn());
  TemporaryFile off("[sessions]\nenabled = \"off\"\n");
  EXPECT_FALSE(loadConfig({"--config", off.path()}, {}).config.sessions.isOn());
}

TEST(SessionSettings, HaveBoundsThatAreNamed) {
  TemporaryFile file(
      "[sessions]\nmax_sessions = 3\nreplay_bytes = \"2Mi\"\n"
      "[sessions.ttl_ms]\ndefault = \"5m\"\nmax = \"10m\"\n");
  const auto sessions = loadConfig({"--config", file.path()}, {}).config.sessions;
  EXPECT_EQ(sessions.maxSessions, 3u);
  EXPECT_EQ(sessions.replayBytes, 2u << 20);
  EXPECT_EQ(sessions.ttlMs.defaultValue, 300'000u);
  EXPECT_EQ(sessions.ttlMs.maximum, 600'000u);
  EXPECT_NE(problemOf("[sessions]\nmax_sessions = 0\n").find("1..100000"), std::string::npos);
}

TEST(SessionSettings, ADefaultIsNoMoreThanItsMaximum) {
  const auto problem = problemOf("[sessions.ttl_ms]\ndefault = \"2m\"\nmax = \"1m\"\n");
  EXPECT_NE(problem.find("sessions.ttl_ms.default"), std::string::npos) << problem;
}

}  // namespace
}  // namespace brood
