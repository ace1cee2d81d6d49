#include "rpc/calls/json_writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace brood {
namespace {

TEST(AppendJsonString, EscapesWhatJsonRequires) {
  std::string json;
  appendJsonString(json, std::string_view("\"\\\n\r\t\b\f\x01\x1f/\0z", 12));
  EXPECT_EQ(json, R"("\"\\\n\r\t\b\f\u0001\u001f/\u0000z")");
}

TEST(AppendJsonString, ReplacesEachInvalidPartOnce) {
  std::string json;
  appendJsonString(json,
                   "a\xff"
                   "b\xe2\x82"
                   "c\xed\xa0\x80");
  EXPECT_EQ(json,
            "\"a\xef\xbf\xbd"
            "b\xef\xbf\xbd"
            "c\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(AppendJsonString, IsValidJsonForEveryPairOfBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const char text[] = {static_cast<char>(first), static_cast<char>(second)};
      std::string json;
      appendJsonString(json, {text, 2});
      ASSERT_TRUE(nlohmann::json::accept(json)) << first << " " << second;
    }
  }
}

TEST(JsonWriter, PutsCommasBetweenAndNowhereElse) {
  std::string json;
  JsonWriter writer(json);
  writer.beginObject().field("a", uint64_t{18446744073709551615u}).field("b", int32_t{-1});
  writer.key("c").beginArray().beginArray().endArray().null().boolean(true).endArray();
  writer.key("d").beginObject().endObject().field("e", "x").endObject();
  EXPECT_EQ(json, R"({"a":18446744073709551615,"b":-1,"c":[[],null,true],"d":{},"e":"x"})");
}

TEST(JsonWriter, TakesWhatIsJsonAlready) {
  std::string json;
  JsonWriter(json).beginArray().raw("{}").raw("1").endArray();
  EXPECT_EQ(json, "[{},1]");
}

}  // namespace
}  // namespace brood
