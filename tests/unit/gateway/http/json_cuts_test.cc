// A stream of output, cut anywhere, is the same JSON as the whole.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "rpc/calls/json_writer.h"

namespace brood::gateway {
namespace {

std::string asJson(std::string_view text) {
  std::string json;
  appendJsonString(json, text);
  return json;
}

// Joins the strings of all events, as a client does.
std::string joinedJson(const std::vector<std::string>& parts) {
  std::string joined = "\"";
  for (const auto& part : parts) {
    const std::string json = asJson(part);
    joined.append(json, 1, json.size() - 2);
  }
  return joined + "\"";
}

TEST(Utf8Splitter, GivesTheSameTextWhereverTheStreamIsCut) {
  const std::vector<std::string> texts = {"plain",
                                          "gr\xc3\xbc\xc3\x9f",
                                          "\xe2\x82\xac\xf0\x9f\x98\x80\xe2\x82\xac",
                                          "bad \xff\xfe bytes \x80\x80\x80\x80",
                                          "cut \xe2\x82",
                                          "\xf0\x9f\x98",
                                          "\xf0\x9f\x98\xf0\x9f\x98\x80",
                                          "\xed\xa0\x80x",
                                          "\xc3\xc3\xc3\xa9"};
  for (const auto& text : texts) {
    for (size_t i = 0; i <= text.size(); ++i) {
      for (size_t j = i; j <= text.size(); ++j) {
        Utf8Splitter splitter;
        const std::vector<std::string> parts = {splitter.push(text.substr(0, i)),
                                                splitter.push(text.substr(i, j - i)),
                                                splitter.push(text.substr(j)), splitter.finish()};
        EXPECT_EQ(joinedJson(parts), asJson(text)) << text << " cut at " << i << " and " << j;
      }
    }
  }
}

}  // namespace
}  // namespace brood::gateway
