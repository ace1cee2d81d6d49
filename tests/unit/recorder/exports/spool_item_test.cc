#include "recorder/exports/spool_item.h"

#include <gtest/gtest.h>

namespace brood::recorder {
namespace {

TEST(SpoolItemTest, ReadsWhatItWrites) {
  const std::vector<std::string> rows{"{\"a\":1}", "{}"};
  EXPECT_EQ(rowsOf(rowsItem(rows)), rows);
  EXPECT_FALSE(fileOf(rowsItem(rows)));
  const std::string bytes("line\nbreak\0nul", 14);
  const std::string item = fileItem("a\nb/c.png", bytes);
  EXPECT_FALSE(rowsOf(item));
  const auto file = fileOf(item);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->path, "a\nb/c.png");
  EXPECT_EQ(file->bytes, bytes);
}

TEST(SpoolItemTest, WhatIsNoItemIsNone) {
  for (const char* item : {"", "rows", "file\n", "file\nx\ny", "other\n{}\n"}) {
    EXPECT_FALSE(rowsOf(item)) << item;
    EXPECT_FALSE(fileOf(item)) << item;
  }
  EXPECT_EQ(rowsOf("rows\nwhole\nhalf"), std::vector<std::string>{"whole"});
}

}  // namespace
}  // namespace brood::recorder
