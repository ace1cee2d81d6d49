#include "supervisor/sessions/sessions.h"

#include <gtest/gtest.h>

#include "tests/unit/supervisor/cells/played_cells.h"
#include "tests/unit/supervisor/jobs/idle_system.h"

namespace brood::supervisor {
namespace {

// Gives the workers that the test has put there.
class PlayedSource final : public WorkerSource {
 public:
  kj::Maybe<Lease> takeParked(const AdmittedJob&) override {
    if (workers.empty()) return nullptr;
    auto worker = kj::mv(workers.front());
    workers.pop_front();
    return Lease{kj::Own<void>(), kj::mv(worker), rpc::StartKind::HOT};
  }
  kj::Promise<Lease> obtain(const AdmittedJob&) override {
    return KJ_EXCEPTION(FAILED, "nobody forks here");
  }

  std::deque<kj::Own<WorkerHandle>> workers;
};

class NoGuests final : public GuestLauncher {
 public:
  kj::Promise<kj::Own<WorkerHandle>> launchGuest(ForkSource&, SlotLease) override {
    return KJ_EXCEPTION(FAILED, "nobody forks here");
  }
};

class SessionsTest : public testing::Test {
 protected:
  ~SessionsTest() noexcept override = default;

  PlayedWorker& addWorker() {
    played_.push_back(stage_.newWorker(true));
    source_.workers.push_back(kj::mv(played_.back().handle));
    return played_.back();
  }
  Sessions::Found open(const char* tenant = "", uint32_t most = 0, uint64_t ttlMs = 0) {
    capnp::MallocMessageBuilder message;
    auto spec = message.initRoot<rpc::SessionSpec>();
    spec.setLanguage("sh");
    spec.setTenant(tenant);
    spec.setTenantSessions(most);
    spec.setTtlMs(ttlMs);
    return sessions_.open(spec.asReader()).wait(system_.io().waitScope());
  }
  std::shared_ptr<Session> opened(const char* tenant = "", uint64_t ttlMs = 0) {
    addWorker();
    auto found = open(tenant, 0, ttlMs);
    KJ_REQUIRE(found.is<std::shared_ptr<Session>>(), found.get<RejectionInfo>().message.c_str());
    return found.get<std::shared_ptr<Session>>();
  }
  static std::string codeOf(const Sessions::Found& found) {
    return found.is<RejectionInfo>() ? found.get<RejectionInfo>().code : "";
  }
  void turnClock(kj::Duration by) {
    timer_.advanceTo(timer_.now() + by);
    system_.io().waitScope().poll();
  }

  IdleSystem system_;
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>()};
  Players stage_{system_.io()};
  std::deque<PlayedWorker> played_;
  PlayedSource source_;
  NoGuests guests_;
  NoForks slotBuilder_;
  const EgressAccess egress_;
  Sessions sessions_{
      SessionTools{system_.io().port(),
                   timer_,
                   {system_.profiles(), system_.toolchains(), egress_, system_.config()},
                   source_,
                   guests_,
                   slotBuilder_}};
};

TEST_F(SessionsTest, OneIsFoundByItsTenantAndNobodyElse) {
  auto session = opened("ours");
  EXPECT_EQ(session->id().size(), 32u);
  EXPECT_EQ(codeOf(sessions_.find(session->id(), "ours")), "");
  EXPECT_EQ(codeOf(sessions_.find(session->id(), "theirs")), "session_not_found");
  EXPECT_EQ(sessions_.list("ours", {}, "").size(), 1u);
  EXPECT_TRUE(sessions_.list("theirs", {}, "").empty());
  EXPECT_TRUE(sessions_.list("ours", {{"k", "v"}}, "").empty());
  EXPECT_TRUE(sessions_.list("ours", {}, session->id()).empty());
}

TEST_F(SessionsTest, ItsEndIsToldForAWhileAndToItsTenantAlone) {
  auto session = opened("ours");
  session->end({"closed", "it has been closed"}).wait(system_.io().waitScope());
  system_.io().waitScope().poll();
  EXPECT_EQ(sessions_.running(), 0u);
  EXPECT_EQ(codeOf(sessions_.find(session->id(), "ours")), "session_closed");
  EXPECT_EQ(codeOf(sessions_.find(session->id(), "theirs")), "session_not_found");
  turnClock(system_.config().sessions.keptReasonsMs * kj::MILLISECONDS);
  EXPECT_EQ(codeOf(sessions_.find(session->id(), "ours")), "session_not_found");
}

TEST_F(SessionsTest, ItsSandboxGoesWithIt) {
  auto session = opened();
  EXPECT_TRUE(stage_.owner().retired.empty());
  session->end({"closed", "it has been closed"}).wait(system_.io().waitScope());
  EXPECT_EQ(stage_.owner().retired.size(), 1u);
}

TEST_F(SessionsTest, ThereAreOnlySoManyForATenantAndInAll) {
  addWorker();
  EXPECT_EQ(codeOf(open("a", 1)), "");
  addWorker();
  EXPECT_EQ(codeOf(open("a", 1)), "too_many_sessions");
  system_.config().sessions.maxSessions = 1;
  EXPECT_EQ(codeOf(open("b")), "too_many_sessions");
  system_.config().sessions.enabled = "off";
  EXPECT_EQ(codeOf(open("b")), "sessions_off");
}

TEST_F(SessionsTest, OneEndsWhenItsTimeIsOver) {
  auto session = opened("", 60'000);
  turnClock(59 * kj::SECONDS);
  EXPECT_FALSE(session->ended().has_value());
  turnClock(1 * kj::SECONDS);
  ASSERT_TRUE(session->ended().has_value());
  EXPECT_EQ(session->ended()->reason, "expired");
  session->whenEnded().wait(system_.io().waitScope());
}

TEST_F(SessionsTest, OneThatNobodyUsesEnds) {
  auto session = opened();
  const auto idle = system_.config().sessions.idleTimeoutMs.defaultValue * kj::MILLISECONDS;
  {
    auto use = session->use();
    turnClock(idle);
    EXPECT_FALSE(session->ended().has_value());
  }
  turnClock(idle);
  ASSERT_TRUE(session->ended().has_value());
  EXPECT_EQ(session->ended()->reason, "idle");
}

TEST_F(SessionsTest, OneThatIsPausedDoesNothingAndIsNotIdle) {
  auto session = opened();
  played_.back().sandbox.member = session->ground().roster.all().front()->leader();
  session->pause().wait(system_.io().waitScope());
  KJ_IF_MAYBE (why, session->whyNotNow()) {
    EXPECT_EQ(why->code, "session_paused");
  } else {
    ADD_FAILURE() << "it is paused";
  }
  EXPECT_EQ(sessions_.paused(), 1u);
  turnClock(system_.config().sessions.idleTimeoutMs.defaultValue * kj::MILLISECONDS);
  EXPECT_FALSE(session->ended().has_value());
  session->resume();
  EXPECT_TRUE(session->whyNotNow() == nullptr);
}

TEST_F(SessionsTest, WhatHoldsMuchOfTheHostsMemoryCanBeEnded) {
  auto session = opened();
  played_.back().meter.used.heldBytes = 123;
  auto holders = sessions_.listByMemory();
  ASSERT_EQ(holders.size(), 1u);
  EXPECT_GE(holders[0].heldBytes, 123u);
  EXPECT_TRUE(holders[0].end());
  EXPECT_FALSE(holders[0].end());
  EXPECT_EQ(session->ended()->reason, "host_memory");
}

TEST_F(SessionsTest, AllEndWhenTheSupervisorDoes) {
  auto session = opened();
  sessions_.drain({"shutdown", "the supervisor stops"}).wait(system_.io().waitScope());
  EXPECT_TRUE(session->ended().has_value());
  EXPECT_EQ(codeOf(open()), "unavailable");
}

TEST_F(SessionsTest, OneWithoutAWorkerIsNotOpened) {
  EXPECT_EQ(codeOf(open()), "sandbox_unavailable");
  system_.config().sessions.maxSessions = 1;
  opened();
}

}  // namespace
}  // namespace brood::supervisor
