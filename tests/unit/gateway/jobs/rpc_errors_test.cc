#include "gateway/jobs/rpc_errors.h"

#include <capnp/message.h>
#include <gtest/gtest.h>
#include <kj/debug.h>

namespace brood::gateway {
namespace {

ApiError rejected(rpc::RejectionKind kind) {
  capnp::MallocMessageBuilder message;
  auto rejection = message.initRoot<rpc::Rejection>();
  rejection.setKind(kind);
  rejection.setCode("overloaded");
  rejection.setMessage("why");
  rejection.setField("a.field");
  rejection.setRetryAfterMs(1500);
  return fromRejection(rejection);
}

TEST(RpcErrors, EachKindHasItsStatus) {
  using Kind = rpc::RejectionKind;
  EXPECT_EQ(rejected(Kind::INVALID).status, 400u);
  EXPECT_EQ(rejected(Kind::OVERLOADED).status, 429u);
  EXPECT_EQ(rejected(Kind::UNAVAILABLE).status, 503u);
  EXPECT_EQ(rejected(Kind::NOT_FOUND).status, 404u);
  EXPECT_EQ(rejected(Kind::GONE).status, 410u);
  EXPECT_EQ(rejected(Kind::CONFLICT).status, 409u);
}

TEST(RpcErrors, WhatMayPassSaysWhen) {
  using Kind = rpc::RejectionKind;
  for (const auto kind : {Kind::OVERLOADED, Kind::UNAVAILABLE, Kind::CONFLICT}) {
    EXPECT_EQ(rejected(kind).retryAfterMs, 1500u);
  }
  for (const auto kind : {Kind::INVALID, Kind::NOT_FOUND, Kind::GONE}) {
    EXPECT_FALSE(rejected(kind).retryAfterMs);
  }
}

TEST(RpcErrors, TheWordsAreTheSupervisors) {
  const auto error = rejected(rpc::RejectionKind::INVALID);
  EXPECT_EQ(error.code, "overloaded");
  EXPECT_EQ(error.message, "why");
  EXPECT_EQ(error.field, "a.field");
}

TEST(RpcErrors, TheTextOfAnExceptionIsNotForStrangers) {
  const auto failed = fromBrokenCall(KJ_EXCEPTION(FAILED, "a secret"));
  EXPECT_EQ(failed.status, 500u);
  EXPECT_EQ(failed.message.find("secret"), std::string::npos);
  EXPECT_EQ(fromBrokenCall(KJ_EXCEPTION(DISCONNECTED, "a secret")).code, "supervisor_unavailable");
}

}  // namespace
}  // namespace brood::gateway
