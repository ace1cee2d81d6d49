#include "rpc/calls/result_names.h"

#include <capnp/schema.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace brood {
namespace {

TEST(ResultNames, EveryStatusHasAWordOfItsOwn) {
  const auto values = capnp::Schema::from<rpc::JobStatus>().getEnumerants();
  std::set<std::string> names;
  for (unsigned i = 0; i < values.size(); ++i)
    names.insert(statusName(static_cast<rpc::JobStatus>(i)));
  EXPECT_EQ(names.size(), values.size());
  EXPECT_EQ(names.count("unknown"), 0u);
  EXPECT_STREQ(statusName(rpc::JobStatus::HOST_MEMORY), "host_memory");
}

TEST(ResultNames, EveryStartHasAWordOfItsOwn) {
  EXPECT_STREQ(startName(rpc::StartKind::HOT), "hot");
  EXPECT_STREQ(startName(rpc::StartKind::WARM), "warm");
  EXPECT_STREQ(startName(rpc::StartKind::COLD), "cold");
}

TEST(ResultNames, WhatANewerSchemaSaysIsUnknown) {
  EXPECT_STREQ(statusName(static_cast<rpc::JobStatus>(999)), "unknown");
  EXPECT_STREQ(startName(static_cast<rpc::StartKind>(999)), "unknown");
}

}  // namespace
}  // namespace brood
