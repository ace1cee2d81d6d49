#include "config/setting_makers.h"

#include <gtest/gtest.h>

#include "config/quantities.h"

namespace brood {
namespace {

RawValue untyped(std::string text) { return {RawValue::Type::untyped, std::move(text)}; }

std::string problemOf(const Setting& setting, const RawValue& raw) {
  return checkValue(setting, raw).problem;
}

TEST(SettingMakers, ANumberKnowsItsRangeAndItsField) {
  const auto port = numberSetting("gateway.port", SettingKind::count, {1, 100}, "A port",
                                  BROOD_FIELD(gateway.port));
  EXPECT_EQ(problemOf(port, untyped("100")), "");
  EXPECT_EQ(port.range(), "1..100");
  EXPECT_NE(problemOf(port, untyped("101")), "");
  EXPECT_NE(problemOf(port, untyped("x")), "");
  Config config;
  port.store(config, *checkValue(port, untyped("42")).value);
  EXPECT_EQ(config.gateway.port, 42);
  EXPECT_EQ(std::get<uint64_t>(*port.load(config)), 42u);
  EXPECT_EQ(port.flag(), "--gateway-port");
  EXPECT_EQ(port.environment(), "BROOD_GATEWAY_PORT");
}

TEST(SettingMakers, BytesAndTimesHaveUnits) {
  const auto size =
      numberSetting("a.b", SettingKind::bytes, {0, kGi}, "", BROOD_FIELD(egress.jobUpBytes));
  EXPECT_EQ(std::get<uint64_t>(*checkValue(size, untyped("2Mi")).value), 2 * kMi);
  const auto time = numberSetting("a.c", SettingKind::milliseconds, {0, kDayMs}, "",
                                  BROOD_FIELD(egress.idleTimeoutMs));
  EXPECT_EQ(std::get<uint64_t>(*checkValue(time, untyped("1h")).value), kHourMs);
}

TEST(SettingMakers, AChoiceNamesWhatIsAllowed) {
  const auto choice = choiceSetting("protocols.mcp", {"on", "off"}, "", BROOD_FIELD(protocols.mcp));
  EXPECT_EQ(problemOf(choice, untyped("on")), "");
  EXPECT_EQ(problemOf(choice, untyped("yes")), "is not one of the choices");
  EXPECT_EQ(choice.range(), "on or off");
}

TEST(SettingMakers, ATextFollowsItsRule) {
  const auto path = textSetting("audit.path", TextRule::absolutePath, "", BROOD_FIELD(audit.path));
  EXPECT_EQ(problemOf(path, untyped("/var/log/x")), "");
  EXPECT_EQ(problemOf(path, untyped("x")), "must be an absolute path");
  EXPECT_EQ(problemOf(path, untyped("/a\nb")), "contains a control character");
}

TEST(SettingMakers, ValuesAreWrittenAsToml) {
  EXPECT_EQ(tomlText(SettingValue(uint64_t{7})), "7");
  EXPECT_EQ(tomlText(SettingValue(std::string("a\"b"))), R"("a\"b")");
  EXPECT_EQ(tomlText(SettingValue(std::vector<std::string>{"a", "b"})), R"(["a", "b"])");
}

}  // namespace
}  // namespace brood
