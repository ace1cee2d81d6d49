#include "supervisor/sessions/session_request.h"

#include <gtest/gtest.h>

#include "tests/unit/supervisor/jobs/idle_system.h"

namespace brood::supervisor {
namespace {

class SessionRequestTest : public testing::Test {
 protected:
  SessionRequestTest() { spec_.setLanguage("shell"); }
  ~SessionRequestTest() noexcept override = default;

  std::string problem() {
    auto admitted = admitSession(spec_.asReader(), rules_);
    if (admitted.is<SessionPlan>()) return "";
    return admitted.get<RejectionInfo>().code + " " + admitted.get<RejectionInfo>().field;
  }

  IdleSystem system_;
  const EgressAccess egress_;
  const SessionRules rules_{system_.profiles(), system_.toolchains(), egress_, system_.config()};
  capnp::MallocMessageBuilder message_;
  rpc::SessionSpec::Builder spec_ = message_.initRoot<rpc::SessionSpec>();
};

TEST_F(SessionRequestTest, APlanHasTheFirstContextsOpening) {
  auto admitted = admitSession(spec_.asReader(), rules_);
  ASSERT_TRUE(admitted.is<SessionPlan>());
  auto& plan = admitted.get<SessionPlan>();
  EXPECT_EQ(plan.opening.language->name, "sh");
  EXPECT_EQ(plan.opening.program.command, (std::vector<std::string>{"/bin/sh", "cells.sh"}));
  ASSERT_TRUE(plan.opening.stay.has_value());
  EXPECT_EQ(plan.opening.stay->service, wire::Service::CELLS);
  EXPECT_EQ(plan.ttlMs, system_.config().sessions.ttlMs.defaultValue);
  plan.dropFiles();
  auto further = admitContext(plan, "", "folder", rules_);
  ASSERT_TRUE(further.is<AdmittedJob>());
  EXPECT_EQ(further.get<AdmittedJob>().stay->folder, "folder");
}

TEST_F(SessionRequestTest, OneThatNamesNoLanguageGetsOneThatHasContexts) {
  spec_.setLanguage("");
  auto admitted = admitSession(spec_.asReader(), rules_);
  ASSERT_TRUE(admitted.is<SessionPlan>());
  EXPECT_EQ(admitted.get<SessionPlan>().opening.language->name, "sh");
}

TEST_F(SessionRequestTest, NamesTheFieldThatIsWrong) {
  spec_.setTtlMs(system_.config().sessions.ttlMs.maximum + 1);
  EXPECT_EQ(problem(), "invalid_limit ttl_ms");
  spec_.setTtlMs(0);
  spec_.setIdleTimeoutMs(1);
  EXPECT_EQ(problem(), "invalid_limit idle_timeout_ms");
  spec_.setIdleTimeoutMs(0);
  spec_.initMetadata(65);
  EXPECT_EQ(problem(), "invalid_value metadata");
  spec_.initMetadata(0);
  spec_.setLanguage("cobol");
  EXPECT_EQ(problem(), "unknown_language language");
}

TEST_F(SessionRequestTest, ACellHasTheSessionsLimitsUnlessItSays) {
  capnp::MallocMessageBuilder message;
  auto cell = message.initRoot<rpc::Cell>();
  JobLimits limits;
  limits.wallTimeMs = 5;
  auto plain = admitCell(cell.asReader(), limits, system_.config());
  EXPECT_EQ(plain.get<CellOrder>().limits.wallTimeMs, 5u);
  cell.setTimeoutMs(7);
  auto own = admitCell(cell.asReader(), limits, system_.config());
  EXPECT_EQ(own.get<CellOrder>().limits.wallTimeMs, 7u);
  cell.setCode(kj::arrayPtr(reinterpret_cast<const kj::byte*>("a\0b"), 3));
  EXPECT_EQ(admitCell(cell.asReader(), limits, system_.config()).get<RejectionInfo>().field,
            "code");
}

}  // namespace
}  // namespace brood::supervisor
