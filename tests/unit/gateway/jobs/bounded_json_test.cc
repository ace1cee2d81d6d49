#include "gateway/jobs/bounded_json.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

std::string faultOf(std::string_view text, const JsonBounds& bounds = {}) {
  auto parsed = parseBounded(text, bounds);
  const auto* fault = std::get_if<JsonFault>(&parsed);
  return fault == nullptr ? "" : fault->text;
}

TEST(BoundedJson, ReadsAnyDocument) {
  auto parsed = parseBounded(R"({"a":[1,2.5,null,{"b":"c"}],"a2":true})");
  ASSERT_TRUE(std::holds_alternative<nlohmann::json>(parsed));
  const auto& document = std::get<nlohmann::json>(parsed);
  EXPECT_EQ(document["a"][3]["b"], "c");
  EXPECT_NE(memberOf(document, "a2"), nullptr);
}

TEST(BoundedJson, SaysWhyATextIsNone) {
  EXPECT_NE(faultOf("{\"a\":\x01}"), "");
  EXPECT_NE(faultOf(""), "");
  EXPECT_NE(faultOf("1 2"), "");
  EXPECT_EQ(faultOf("\xff\xfe").find('\xff'), std::string::npos);
}

TEST(BoundedJson, HasBounds) {
  EXPECT_EQ(faultOf("[[[[1]]]]", {.mostDepth = 3}), "it nests deeper than 3");
  EXPECT_EQ(faultOf("[[1]]", {.mostDepth = 3}), "");
  EXPECT_EQ(faultOf("[1,2,3,4]", {.mostValues = 4}), "it has more than 4 values");
  EXPECT_EQ(faultOf("[1,2,3]", {.mostValues = 4}), "");
  std::string deep(1'000'000, '[');
  EXPECT_EQ(faultOf(deep), "it nests deeper than 32");
}

TEST(BoundedJson, MembersThatAreNotThere) {
  const nlohmann::json document = {{"none", nullptr}};
  EXPECT_EQ(memberOf(document, "none"), nullptr);
  EXPECT_EQ(memberOf(document, "other"), nullptr);
  EXPECT_EQ(memberOf(nlohmann::json(7), "other"), nullptr);
}

}  // namespace
}  // namespace brood::gateway
