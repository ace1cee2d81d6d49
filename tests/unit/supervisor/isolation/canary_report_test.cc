#include "supervisor/isolation/canary_report.h"

#include <gtest/gtest.h>
#include <kj/exception.h>

#include <algorithm>

namespace brood::supervisor {
namespace {

const CanaryCheck& checkNamed(const std::vector<CanaryCheck>& checks, const std::string& name) {
  return *std::find_if(checks.begin(), checks.end(),
                       [&](auto& check) { return check.name == name; });
}

TEST(CanaryReport, AnActWithoutAnAnswerCountsAsReached) {
  for (const char* output : {"", "io_uring", "io_uring\n", "io_uring\tstopped", "\t\t\t\n",
                             "io_uring\tSTOPPED\t\n", "other\tstopped\tENOSYS\n"}) {
    const auto checks = readCanaryActs(output);
    EXPECT_EQ(checks.size(), kCanaryActs.size());
    EXPECT_FALSE(checkNamed(checks, "io_uring").held) << output;
  }
}

TEST(CanaryReport, ReadsNameAnswerAndDetail) {
  const auto checks = readCanaryActs("io_uring\tstopped\tENOSYS\ntrace\treached\t\n");
  EXPECT_TRUE(checkNamed(checks, "io_uring").held);
  EXPECT_EQ(checkNamed(checks, "io_uring").detail, "ENOSYS");
  EXPECT_FALSE(checkNamed(checks, "trace").held);
}

TEST(CanaryReport, CutsADetailShort) {
  const auto checks = readCanaryActs("io_uring\tstopped\t" + std::string(1 << 20, 'x') + "\n");
  EXPECT_LE(checkNamed(checks, "io_uring").detail.size(), 200u);
}

TEST(CanaryReport, ALayerThatLetSomethingHappenDoesNotSurvive) {
  CanaryReport report;
  report.checks = {{"a", "do a", layerSetOf({Layer::net, Layer::landlock}), false, "how"},
                   {"b", "do b", layerSetOf({Layer::user}), true, "EPERM"}};
  const auto left = report.survivorsOf(
      {layerSetOf({Layer::net, Layer::user, Layer::pid}), {"uts: was not there"}});
  EXPECT_EQ(left.set, layerSetOf({Layer::user, Layer::pid}));
  EXPECT_EQ(left.reasons,
            (std::vector<std::string>{"uts: was not there", "net: a canary could do a (how)"}));
}

TEST(CanaryReport, ASuccessAgainstNoLayerIsExpected) {
  const CanaryCheck reached{"a", "do a", layerSetOf({Layer::net}), false, ""};
  EXPECT_EQ(reached.verdict(layerSetOf({Layer::net})), CanaryVerdict::broken);
  EXPECT_EQ(reached.verdict(layerSetOf({Layer::pid})), CanaryVerdict::expected);
  const CanaryCheck limit{"wall_time", "run on", LayerSet(), false, ""};
  EXPECT_EQ(limit.verdict(LayerSet()), CanaryVerdict::broken) << "no layer can be missing for it";
}

TEST(CanaryReport, AnOlderLandlockIsNotBlamedForWhatItNeverStopped) {
  const CanaryAct& act = *canaryActNamed("host_socket");
  EXPECT_EQ(act.stoppers(6), layerSetOf({Layer::net, Layer::landlock}));
  EXPECT_EQ(act.stoppers(2), layerSetOf({Layer::net}));
  EXPECT_TRUE(canaryActNamed("write_proc")->stoppers(2).has(Layer::landlock));
}

TEST(CanaryReport, AShareOfACpuIsOneOfTheTimeThatTheJobHad) {
  EXPECT_TRUE(keptToATenthOfACpu(6'000, 60'000));
  EXPECT_FALSE(keptToATenthOfACpu(60'000, 60'000));
  EXPECT_FALSE(keptToATenthOfACpu(31'000, 61'000));
  EXPECT_TRUE(keptToATenthOfACpu(57'451, 592'456)) << "stopped late";
  EXPECT_FALSE(keptToATenthOfACpu(500'000, 592'456)) << "stopped late, and without a limit";
}

TEST(CanaryReport, ALimitThatDoesNotHoldIsNoLayersFault) {
  CanaryReport report;
  report.checks = {{"wall_time", "run on", LayerSet(), true, "timeout"}};
  EXPECT_NO_THROW(report.requireLimits());
  report.checks[0].held = false;
  EXPECT_THROW(report.requireLimits(), kj::Exception);
}

}  // namespace
}  // namespace brood::supervisor
