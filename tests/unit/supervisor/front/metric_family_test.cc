#include "supervisor/front/metric_family.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

TEST(MetricFamily, KeepsItsSamplesWithTheirLabels) {
  const auto family = counter("c_total", "help").add({{"a", "b"}}, 1).add({}, 2).take();
  EXPECT_EQ(family.name, "c_total");
  ASSERT_EQ(family.metric.size(), 2u);
  EXPECT_EQ(family.metric[0].counter.value, 1);
  EXPECT_EQ(family.metric[0].label[0].value, "b");
  EXPECT_EQ(gauge("g", "").add({}, 3).take().metric[0].gauge.value, 3);
}

}  // namespace
}  // namespace brood::supervisor
