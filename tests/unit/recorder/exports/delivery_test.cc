#include "recorder/exports/delivery.h"

#include <gtest/gtest.h>

namespace brood::recorder {
namespace {

Delivery of(long status) {
  HttpReply reply;
  reply.status = status;
  return deliveryOf(reply);
}

TEST(DeliveryTest, FollowsTheStatus) {
  for (const long status : {200, 201, 204}) EXPECT_EQ(of(status), Delivery::done) << status;
  for (const long status : {0, 408, 425, 429, 500, 502, 503, 504, 522}) {
    EXPECT_EQ(of(status), Delivery::again) << status;
  }
  for (const long status : {301, 307, 401, 403, 404, 405}) {
    EXPECT_EQ(of(status), Delivery::notOurs) << status;
  }
  for (const long status : {400, 406, 409, 413, 415, 422}) {
    EXPECT_EQ(of(status), Delivery::bad) << status;
  }
}

}  // namespace
}  // namespace brood::recorder
