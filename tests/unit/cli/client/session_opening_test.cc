#include "cli/client/session_opening.h"

#include <gtest/gtest.h>

#include "cli/terminal/cli_error.h"
#include "tests/unit/cli/served_sessions.h"

namespace brood::cli {
namespace {

TEST(SessionOpeningTest, OpensOneWithAllThatIsWished) {
  const ServedSessions served;
  UvAsyncIo io;
  SessionClient client(io, served.socketPath(), "");
  SessionWish wish;
  wish.environment = {{"A", "b"}};
  wish.labels = {{"user", "7"}};
  wish.files = {{"f", "content"}};
  wish.network = "off";
  const auto opened = openSession(client, wish);
  EXPECT_EQ(opened.id, "s1");
  EXPECT_EQ(opened.language, "python");
}

TEST(SessionOpeningTest, SaysWhyThereIsNone) {
  const ServedSessions served(
      [](gateway::FakeSessionState& state) { state.rejectionCode = "too_many_sessions"; });
  UvAsyncIo io;
  SessionClient client(io, served.socketPath(), "");
  EXPECT_THROW(openSession(client, {}), CliError);
}

}  // namespace
}  // namespace brood::cli
