#include "gateway/jobs/order_fields.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(OrderFieldsTest, DecodesWhatIsBase64) {
  std::string text = "aGk=";
  EXPECT_FALSE(decodeText(text, "utf8", "x"));
  EXPECT_EQ(text, "aGk=");
  EXPECT_FALSE(decodeText(text, "base64", "x"));
  EXPECT_EQ(text, "hi");
  std::string wrong = "?";
  const auto problem = decodeText(wrong, "base64", "files[0].content");
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->field, "files[0].content");
}

TEST(OrderFieldsTest, TakesAFile) {
  std::vector<JobFile> files;
  EXPECT_FALSE(takeFile(files, {"p", "c", "", true}, "files[0]"));
  ASSERT_EQ(files.size(), 1u);
  EXPECT_TRUE(files[0].executable);
  EXPECT_TRUE(takeFile(files, {"p", "?", "base64", false}, "files[1]"));
}

TEST(OrderFieldsTest, VariablesHaveNames) {
  const auto rule = environmentRule();
  EXPECT_TRUE(rule.checkName("", "env"));
  EXPECT_TRUE(rule.checkName("A=B", "env"));
  EXPECT_FALSE(rule.checkName("A", "env"));
  EXPECT_TRUE(rule.checkValue("A", std::string("\0", 1), "env"));
}

}  // namespace
}  // namespace brood::gateway
