#include "cli/terminal/table.h"

#include <gtest/gtest.h>

namespace brood::cli {
namespace {

TEST(Table, AlignsAllColumnsButTheLast) {
  EXPECT_EQ(alignedTable({{"KEY", "VALUE"}, {"a.long.key", "1"}, {"b", "a long value"}}),
            "KEY         VALUE\n"
            "a.long.key  1\n"
            "b           a long value\n");
}

TEST(Table, HasNoTrailingBlanks) {
  EXPECT_EQ(alignedTable({{"a", "", ""}, {"", "b"}}), "a\n   b\n");
  EXPECT_EQ(alignedTable({{""}}), "\n");
  EXPECT_EQ(alignedTable({}), "");
}

}  // namespace
}  // namespace brood::cli
