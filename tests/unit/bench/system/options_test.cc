#include "bench/system/options.h"

#include <gtest/gtest.h>

#include "bench/model/scenarios.h"
#include "bench/model/variants.h"

namespace brood::bench {
namespace {

std::variant<Options, Usage> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "brood-bench");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  return parseOptions(static_cast<int>(argv.size()), argv.data());
}

Options good(const std::vector<std::string>& words) {
  auto parsed = parse(words);
  if (auto* usage = std::get_if<Usage>(&parsed)) ADD_FAILURE() << usage->text;
  return std::get<Options>(parsed);
}

using Names = std::vector<std::string>;

TEST(BenchOptions, TheUsualScenariosUnlessOthersAreNamed) {
  EXPECT_EQ(good({}).scenarios,
            (Names{"latency", "payload", "output", "throughput", "bursts", "open-loop"}));
  EXPECT_EQ(good({"--scenario", "bursts,pools"}).scenarios, (Names{"bursts", "pools"}));
  EXPECT_EQ(good({"--trace"}).scenarios, Names{"trace"});
  EXPECT_EQ(good({"--all-languages"}).scenarios, Names{"languages"});
}

TEST(BenchOptions, AblationIsItsGroupsOrAllOfThem) {
  EXPECT_EQ(good({"--ablation"}).scenarios, kVariantGroups);
  EXPECT_EQ(good({"--ablation", "heaps"}).scenarios, Names{"heaps"});
  EXPECT_EQ(good({"--ablation", "heaps", "--scenario", "latency"}).scenarios,
            (Names{"latency", "heaps"}));
}

TEST(BenchOptions, EachVariantScenarioIsAGroup) {
  Names groups;
  for (const auto& scenario : kScenarios) {
    if (scenario.isVariant) groups.emplace_back(scenario.name);
  }
  EXPECT_EQ(groups, kVariantGroups);
}

TEST(BenchOptions, FlatHasANumberOfJobsOrTheUsualOne) {
  EXPECT_EQ(good({"--flat"}).flatJobs, 100'000u);
  EXPECT_EQ(good({"--flat", "500"}).flatJobs, 500u);
  EXPECT_EQ(good({"--flat", "500"}).scenarios, Names{"flat"});
  for (const char* wrong : {"0", "many", "5x", "-1"}) {
    EXPECT_TRUE(std::holds_alternative<Usage>(parse({std::string("--flat=") + wrong}))) << wrong;
  }
}

TEST(BenchOptions, FullIsAll) {
  const auto options = good({"--full"});
  EXPECT_EQ(options.scenarios, allScenarios());
  EXPECT_TRUE(options.pandas);
}

TEST(BenchOptions, QuickGivesWayToWhatIsSaid) {
  EXPECT_LT(good({"--quick"}).runs, good({}).runs);
  EXPECT_EQ(good({"--quick", "--runs", "7"}).runs, 7u);
  EXPECT_EQ(good({"--quick", "--clients", "3"}).clients, std::vector<size_t>{3});
}

TEST(BenchOptions, HelpListsTheScenarios) {
  auto parsed = parse({"--help"});
  ASSERT_TRUE(std::holds_alternative<Usage>(parsed));
  EXPECT_EQ(std::get<Usage>(parsed).exitCode, 0);
  for (const auto& scenario : kScenarios) {
    EXPECT_NE(std::get<Usage>(parsed).text.find(scenario.help), std::string::npos) << scenario.name;
  }
  parsed = parse({"--scenario", "colours"});
  ASSERT_TRUE(std::holds_alternative<Usage>(parsed));
  EXPECT_EQ(std::get<Usage>(parsed).exitCode, 2);
}

}  // namespace
}  // namespace brood::bench
