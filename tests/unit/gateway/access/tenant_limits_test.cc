#include "gateway/access/tenant_limits.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(TenantLimitsTest, EveryNumberIsThereOnceResolved) {
  const TenantLimits limits = resolved({}, {});
  for (const auto& quota : kQuotas) EXPECT_EQ(limits.*quota.value, kUnlimited) << quota.name;
}

TEST(TenantLimitsTest, MaximaAreJoined) {
  TenantLimits own, defaults;
  own.maxima = {{"memory_bytes", 1}};
  defaults.maxima = {{"memory_bytes", 2}, {"processes", 3}};
  const auto maxima = resolved(own, defaults).maxima;
  EXPECT_EQ(maxima.at("memory_bytes"), 1u);
  EXPECT_EQ(maxima.at("processes"), 3u);
}

TEST(TenantLimitsTest, NamesArePlain) {
  for (const char* name : {"acme", "a", "0", "a.b-c_d"}) EXPECT_TRUE(isTenantName(name)) << name;
  for (const char* name : {"", "A", "-a", ".", "a b", "a/b", "a\nb", "ä"}) {
    EXPECT_FALSE(isTenantName(name)) << name;
  }
  EXPECT_FALSE(isTenantName(std::string(65, 'a')));
}

}  // namespace
}  // namespace brood::gateway
