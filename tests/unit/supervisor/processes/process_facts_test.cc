#include "supervisor/processes/process_facts.h"

#include <gtest/gtest.h>

#include <string>

namespace brood::supervisor {
namespace {

TEST(ProcessFacts, ReadsAStatWhateverTheProcessIsCalled) {
  const auto stat = parseProcessStat(
      "17 (a) R 1 ) b) S 4 17 17 0 -1 4194304 100 20 3 4 50 60 70 80 20 0 9 0 12345 8192000 77 "
      "18446744073709551615 1 1 0\n");
  ASSERT_TRUE(stat.has_value());
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent, 4);
  EXPECT_EQ(stat->faults, 127u);
  EXPECT_EQ(stat->ownTicks, 110u);
  EXPECT_EQ(stat->childrenTicks, 150u);
  EXPECT_EQ(stat->threads, 9u);
  EXPECT_EQ(stat->startTicks, 12345u);
  EXPECT_EQ(stat->virtualBytes, 8192000u);
  EXPECT_EQ(stat->residentPages, 77u);
}

TEST(ProcessFacts, ATextThatIsNoStatIsNothing) {
  for (const char* text : {"", "17 (name", "17 (name) S 4", ") S"}) {
    EXPECT_FALSE(parseProcessStat(text).has_value()) << text;
  }
}

TEST(ProcessFacts, ReadsMemoryAndTimes) {
  const ProcessMemory memory = parseProcessMemory(
      "Name:\tx\nRssAnon:\t     10 kB\nRssShmem:\t      4 kB\nVmPTE:\t      44 kB\nVmSwap:\t 2 "
      "kB\n");
  EXPECT_EQ(memory.anonymousBytes, 12u << 10);
  EXPECT_EQ(memory.sharedBytes, 4u << 10);
  EXPECT_EQ(memory.pageTableBytes, 44u << 10);
  EXPECT_EQ(parseProcessMemory("").anonymousBytes, 0u);
  EXPECT_EQ(parseThreadTimes("5000000 3000 12\n"), (ThreadTimes{5000, 3}));
  EXPECT_EQ(parseThreadTimes(""), (ThreadTimes{}));
}

constexpr const char* kMaps =
    "55d0c0000000-55d0c0001000 r--p 00000000 fe:00 100    /usr/bin/x\n"
    "7f0000000000-7f0000400000 rw-s 00000000 00:01 4711   /dev/zero (deleted)\n"
    "7f0000800000-7f0000801000 rw-s 00ff0000 00:01 4711   /dev/zero (deleted)\n"
    "7f0000900000-7f0000902000 rw-s 00000000 00:01 4712   /dev/zero (deleted)\n"
    "7f0000a00000-7f0000a02000 rw-p 00000000 00:01 4713   /dev/zero (deleted)\n"
    "7f0000b00000-7f0000b02000 rw-p 00000000 00:00 0 \n";

TEST(ProcessFacts, CountsMappingsAndSharedMemoryByItsSize) {
  const std::string maps = kMaps;
  // However it is cut.
  for (size_t piece : {size_t{1}, size_t{7}, size_t{100}, maps.size()}) {
    MappingCount count;
    for (size_t at = 0; at < maps.size(); at += piece) count.add(maps.substr(at, piece));
    EXPECT_EQ(count.mappings(), 6u);
    EXPECT_EQ(count.sharedBytes(),
              (std::map<uint64_t, uint64_t>{{4711, 0xff1000}, {4712, 0x2000}}));
    EXPECT_EQ(count.moreSharedBytes(), 0u);
  }
}

TEST(ProcessFacts, SharedMemoryInManyPiecesIsNotForgotten) {
  MappingCount count;
  for (int i = 0; i < 3000; ++i) {
    count.add("7f0000000000-7f0000001000 rw-s 00000000 00:01 " + std::to_string(5000 + i) +
              "   /dev/zero (deleted)\n");
  }
  uint64_t bytes = count.moreSharedBytes();
  for (const auto& [inode, size] : count.sharedBytes()) bytes += size;
  EXPECT_EQ(bytes, 3000u * 4096);
  EXPECT_LT(count.sharedBytes().size(), 3000u);
}

TEST(ProcessFacts, ALineWithoutAnEndTakesNoMemory) {
  MappingCount count;
  for (int i = 0; i < 10'000; ++i) count.add(std::string(4096, 'x'));
  count.add("\n");
  EXPECT_EQ(count.mappings(), 1u);
}

}  // namespace
}  // namespace brood::supervisor
