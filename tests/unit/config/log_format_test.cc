#include "config/log_format.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace brood {
namespace {

// Returns the text that a logger of this configuration writes.
std::string logged(const SupervisorConfig& config, const std::string& message) {
  std::ostringstream out;
  spdlog::logger logger("gateway", std::make_shared<spdlog::sinks::ostream_sink_st>(out));
  setUpLogger(logger, config);
  logger.warn("{}", message);
  return out.str();
}

TEST(LogFormat, AMessageIsOneJsonObject) {
  SupervisorConfig config;
  config.logFormat = "json";
  const std::string text = logged(config, "a \"quoted\"\nline \x1b[2J \xff");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  const auto line = nlohmann::json::parse(text);
  EXPECT_EQ(line["level"], "warning");
  EXPECT_EQ(line["process"], "gateway");
  EXPECT_EQ(line["pid"], ::getpid());
  EXPECT_EQ(line["message"], "a \"quoted\"\nline \x1b[2J \ufffd");
  EXPECT_TRUE(utcFromText(line["time"].get<std::string>()));
}

TEST(LogFormat, TextIsForPeople) {
  const std::string text = logged({}, "hello");
  EXPECT_NE(text.find("] hello\n"), std::string::npos);
  EXPECT_NE(text.find("[gateway]"), std::string::npos);
}

TEST(LogFormat, TheLevelHoldsForBoth) {
  SupervisorConfig config;
  config.logLevel = "error";
  EXPECT_EQ(logged(config, "hello"), "");
  config.logFormat = "json";
  EXPECT_EQ(logged(config, "hello"), "");
}

}  // namespace
}  // namespace brood
