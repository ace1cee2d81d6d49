#include "supervisor/files/build_cache.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

std::shared_ptr<const Build> buildOf(size_t bytes, std::string warnings = "") {
  auto build = std::make_shared<Build>();
  build->program.resize(bytes);
  build->stderr = std::move(warnings);
  return build;
}

TEST(BuildCache, FindsExactlyWhatWasPut) {
  BuildCache cache(100);
  auto build = buildOf(10);
  cache.put("a", build);
  EXPECT_EQ(cache.find("a"), build);
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_EQ(cache.find(std::string("a\0", 2)), nullptr);
  EXPECT_EQ(cache.hits(), 1u);
  EXPECT_EQ(cache.misses(), 2u);
}

TEST(BuildCache, CountsKeysProgramsAndWarnings) {
  BuildCache cache(100);
  cache.put("key", buildOf(10, "warn"));
  EXPECT_EQ(cache.bytes(), 17u);
  cache.put("key", buildOf(20));
  EXPECT_EQ(cache.bytes(), 23u);
  EXPECT_EQ(cache.entries(), 1u);
}

TEST(BuildCache, DropsTheLongestUnused) {
  BuildCache cache(33);
  cache.put("a", buildOf(10));
  cache.put("b", buildOf(10));
  cache.put("c", buildOf(10));
  EXPECT_EQ(cache.bytes(), 33u);
  EXPECT_NE(cache.find("a"), nullptr);
  cache.put("d", buildOf(10));
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_NE(cache.find("a"), nullptr);
  cache.put("e", buildOf(30));
  EXPECT_EQ(cache.entries(), 1u);
  EXPECT_NE(cache.find("e"), nullptr);
}

TEST(BuildCache, KeepsNothingThatDoesNotFit) {
  BuildCache cache(10);
  cache.put("a", buildOf(5));
  cache.put("b", buildOf(10));
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_NE(cache.find("a"), nullptr);
  BuildCache none(0);
  none.put("", buildOf(1));
  EXPECT_EQ(none.entries(), 0u);
}

TEST(BuildCache, LetsABuildInUseLiveOn) {
  BuildCache cache(11);
  cache.put("a", buildOf(10));
  auto held = cache.find("a");
  cache.put("b", buildOf(10));
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(held->program.size(), 10u);
}

TEST(BuildKey, TellsPartsApart) {
  EXPECT_NE(buildKey({"ab", "c"}), buildKey({"a", "bc"}));
  EXPECT_NE(buildKey({"a"}), buildKey({"a", ""}));
  EXPECT_NE(buildKey({"1:a", "b"}), buildKey({"1:a1:b"}));
  EXPECT_EQ(buildKey({"a", "b"}), buildKey({"a", "b"}));
}

}  // namespace
}  // namespace brood::supervisor
