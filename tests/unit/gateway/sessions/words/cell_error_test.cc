#include "gateway/sessions/words/cell_error.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(CellErrorTest, ReadsWhatAnInterpreterTells) {
  const auto error = readCellError(R"({"name":"E","value":"v","traceback":["1","2"]})");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->name, "E");
  EXPECT_EQ(error->value, "v");
  EXPECT_EQ(error->traceback, (std::vector<std::string>{"1", "2"}));
}

TEST(CellErrorTest, LeavesOutWhatIsNone) {
  std::string deep = R"({"name":)";
  deep.append(100'000, '[');
  std::string lines = R"({"name":"E","traceback":[)";
  for (int i = 0; i < 20'000; ++i) lines += "\"\",";
  lines += "\"\"]}";
  const std::string cases[] = {"",
                               "null",
                               "[]",
                               "{}",
                               "{",
                               R"({"name":1})",
                               R"({"name":"E","other":1})",
                               R"({"name":"E","traceback":"x"})",
                               R"({"name":"E","traceback":[["x"]]})",
                               R"({"name":"\ud800"})",
                               "{\"name\":\"\xff\"}",
                               R"({"name":"E"} x)",
                               deep,
                               lines,
                               R"({"name":")" + std::string(kMaxCellErrorBytes, 'x') + "\"}"};
  for (const auto& each : cases) EXPECT_FALSE(readCellError(each)) << each.substr(0, 60);
}

}  // namespace
}  // namespace brood::gateway
