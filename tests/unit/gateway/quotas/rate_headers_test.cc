#include "gateway/quotas/rate_headers.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(RateHeadersTest, NamesPolicyAndState) {
  const auto headers = rateHeaders({{"jobs_at_once", 8, 7, 0, 0},
                                    {"jobs_per_minute", 600, 0, 60, 1},
                                    {"egress_bytes_per_day", 4096, 96, 86'400, 3600}});
  ASSERT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers[0].first, "RateLimit-Policy");
  EXPECT_EQ(headers[0].second,
            "\"jobs_at_once\";q=8;qu=\"concurrent-requests\", \"jobs_per_minute\";q=600;w=60, "
            "\"egress_bytes_per_day\";q=4096;qu=\"content-bytes\";w=86400");
  EXPECT_EQ(headers[1].first, "RateLimit");
  EXPECT_EQ(headers[1].second,
            "\"jobs_at_once\";r=7, \"jobs_per_minute\";r=0;t=1, "
            "\"egress_bytes_per_day\";r=96;t=3600");
}

TEST(RateHeadersTest, WithoutQuotasThereAreNone) { EXPECT_TRUE(rateHeaders({}).empty()); }

TEST(RateHeadersTest, NumbersFitAStructuredField) {
  const auto headers = rateHeaders({{"egress_bytes_per_day", 1ull << 60, 1ull << 60, 1, 1}});
  EXPECT_NE(headers[0].second.find(";q=999999999999999;"), std::string::npos);
}

}  // namespace
}  // namespace brood::gateway
