#include "base/utc_time.h"

#include <gtest/gtest.h>

namespace brood {
namespace {

TEST(UtcTimeTest, WritesTheCivilCalendar) {
  EXPECT_EQ(utcText(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utcText(1'795'933'191'042, true), "2026-11-29T06:19:51.042Z");
  EXPECT_EQ(utcText(-1, true), "1969-12-31T23:59:59.999Z");
}

TEST(UtcTimeTest, ReadsWhatItWrites) {
  for (const UnixMillis moment :
       {0ll, 951'782'400'000ll, 1'795'933'191'042ll, 4'102'444'799'999ll}) {
    EXPECT_EQ(utcFromText(utcText(moment, true)), moment);
  }
  EXPECT_EQ(utcFromText("2026-11-29T06:19:51Z"), 1'795'933'191'000);
}

TEST(UtcTimeTest, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026-11-29", "2026-11-29T06:19:51", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-29T24:00:00Z", "2026-11-29T06:60:00Z", "2026-11-29 06:19:51Z",
        "2026-11-29T06:19:51+00:00", "2026-11-29T06:19:51.1Z", "-026-11-29T06:19:51Z",
        "2026-11-29T06:19:5xZ", "2026-11-29T06:19:51ZZ"}) {
    EXPECT_FALSE(utcFromText(text)) << text;
  }
}

TEST(UtcTimeTest, ADayEndsAtMidnight) {
  const UnixMillis moment = 1'795'933'191'042;
  EXPECT_EQ(utcDay(moment), "2026-11-29");
  EXPECT_EQ(utcText(nextUtcDay(moment)), "2026-11-30T00:00:00Z");
  EXPECT_EQ(nextUtcDay(nextUtcDay(moment)) - nextUtcDay(moment), kDayMillis);
}

}  // namespace
}  // namespace brood
