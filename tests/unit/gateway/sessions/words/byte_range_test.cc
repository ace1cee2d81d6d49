#include "gateway/sessions/words/byte_range.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(ByteRangeTest, ReadsOneRange) {
  EXPECT_EQ(readRange("bytes=0-9"), (ByteRange{0, 9}));
  EXPECT_EQ(readRange("bytes=5-"), (ByteRange{5, std::nullopt}));
  EXPECT_EQ(readRange("bytes=-5"), (ByteRange{std::nullopt, 5}));
}

TEST(ByteRangeTest, IgnoresWhatIsNone) {
  for (const char* text : {"", "bytes=", "bytes=-", "bytes=5-4", "bytes=1-2,4-5", "bytes=a-b",
                           "lines=1-2", "bytes= 1-2", "bytes=1", "bytes=99999999999999999999-"}) {
    EXPECT_EQ(readRange(text), std::nullopt) << text;
  }
}

TEST(ByteRangeTest, IsCutToWhatThereIs) {
  const auto part = partOf({3, 100}, 10);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->offset, 3u);
  EXPECT_EQ(part->length, 7u);
  EXPECT_EQ(partOf({std::nullopt, 100}, 10)->length, 10u);
  EXPECT_EQ(partOf({0, UINT64_MAX}, 10)->length, 10u);
  EXPECT_FALSE(partOf({10, std::nullopt}, 10));
  EXPECT_FALSE(partOf({std::nullopt, 0}, 10));
  EXPECT_FALSE(partOf({std::nullopt, 5}, 0));
}

}  // namespace
}  // namespace brood::gateway
