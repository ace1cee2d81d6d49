#include "config/job_limits.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace brood {
namespace {

TEST(JobLimits, EveryKindHasItsOwnRow) {
  std::set<std::string> names;
  JobLimits marked;
  uint64_t mark = 0;
  for (auto& limit : kJobLimits) {
    names.insert(limit.name);
    marked.*limit.value = ++mark;
  }
  EXPECT_EQ(names.size(), kJobLimitCount);
  // A field that two rows shared would carry the mark of the later one.
  mark = 0;
  for (auto& limit : kJobLimits) EXPECT_EQ(marked.*limit.value, ++mark) << limit.name;
  EXPECT_STREQ(limitInfo(LimitKind::wallTime).name, "wall_time_ms");
  EXPECT_STREQ(limitInfo(LimitKind::file).name, "file_bytes");
  EXPECT_STREQ(limitInfo(LimitKind::workspaceInodes).name, "workspace_inodes");
}

TEST(JobLimits, DefaultsLieWithinTheirOwnRange) {
  LimitsConfig config;
  for (auto& limit : kJobLimits) {
    const LimitRange& range = config.*limit.range;
    EXPECT_LE(limit.minimum, range.defaultValue) << limit.name;
    EXPECT_LE(range.defaultValue, range.maximum) << limit.name;
    EXPECT_LE(range.maximum, limit.ceiling) << limit.name;
  }
}

TEST(JobLimits, CrossTheWireUnchanged) {
  JobLimits limits;
  uint64_t mark = 100;
  for (auto& limit : kJobLimits) limits.*limit.value = ++mark;
  capnp::MallocMessageBuilder message;
  auto wire = message.initRoot<rpc::Limits>();
  writeLimits(limits, wire);
  EXPECT_EQ(wire.getWorkspaceInodes(), limits.workspaceInodes);
  EXPECT_EQ(wire.getOpenFiles(), limits.openFiles);
  const JobLimits back = readLimits(wire);
  for (auto& limit : kJobLimits) EXPECT_EQ(back.*limit.value, limits.*limit.value) << limit.name;
}

TEST(JobLimits, AreSpokenOfInTheirUnits) {
  EXPECT_EQ(withUnit(7, LimitUnit::count), "7");
  EXPECT_EQ(withUnit(7, LimitUnit::bytes), "7 bytes");
  EXPECT_EQ(withUnit(7, LimitUnit::milliseconds), "7 ms");
  LimitsConfig config;
  config.memoryBytes.maximum = 64 << 20;
  EXPECT_EQ(allowedRange(limitInfo(LimitKind::memory), config), "16777216..67108864");
}

}  // namespace
}  // namespace brood
