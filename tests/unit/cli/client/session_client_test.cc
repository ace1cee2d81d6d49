#include "cli/client/session_client.h"

#include <gtest/gtest.h>

#include "cli/terminal/cli_error.h"
#include "tests/unit/cli/served_sessions.h"

namespace brood::cli {
namespace {

std::string problemOf(const std::function<void()>& act) {
  try {
    act();
  } catch (const CliError& error) {
    return error.what();
  }
  return "";
}

TEST(SessionClientTest, FindsASessionOfItsTenant) {
  const ServedSessions served([](gateway::FakeSessionState& state) { state.tenant = "acme"; });
  UvAsyncIo io;
  SessionClient client(io, served.socketPath(), "acme");
  client.find("s1");
  EXPECT_NE(problemOf([&] { client.find("s2"); }), "");
  SessionClient other(io, served.socketPath(), "other");
  EXPECT_NE(problemOf([&] { other.find("s1"); }), "");
}

TEST(SessionClientTest, SaysThatTheSupervisorHasGone) {
  std::optional<ServedSessions> served;
  served.emplace();
  UvAsyncIo io;
  SessionClient client(io, served->socketPath(), "");
  client.find("s1");
  served.reset();
  EXPECT_EQ(problemOf([&] { client.find("s1"); }), "the supervisor went away");
}

}  // namespace
}  // namespace brood::cli
