#include <gtest/gtest.h>

#include "egress/policy/policy.h"

namespace brood::egress {
namespace {

const std::vector<std::string> kAllowed{"github.com",      "*.npmjs.org",  "pypi",
                                        "db.example:5432", "10.0.0.0/8:*", "!denied.npmjs.org"};

Policy policy() { return std::get<Policy>(Policy::of(kAllowed)); }

// "" or why not.
std::string problem(std::vector<std::string> entries) {
  const auto narrowed = policy().narrow(entries);
  const auto* why = std::get_if<EntryProblem>(&narrowed);
  return why ? why->text : "";
}

std::string decided(const Narrowing& narrowing, std::string_view host, uint16_t port = 443) {
  const auto result = decide(policy(), narrowing, host, port);
  if (const auto* permit = std::get_if<Permit>(&result)) return permit->rule();
  return std::get<Refusal>(result).reason;
}

Narrowing narrowed(std::vector<std::string> entries) {
  return std::get<Narrowing>(policy().narrow(entries));
}

TEST(Narrowing, LetsThroughWhatItLists) {
  const auto narrowing = narrowed({"registry.npmjs.org", "db.example"});
  EXPECT_EQ(decided(narrowing, "registry.npmjs.org"), "*.npmjs.org");
  EXPECT_EQ(decided(narrowing, "other.npmjs.org"), "not_requested");
  EXPECT_EQ(decided(narrowing, "github.com"), "not_requested");
}

TEST(Narrowing, ANameWithoutAPortHasTheOperatorsPorts) {
  const auto narrowing = narrowed({"db.example"});
  EXPECT_EQ(decided(narrowing, "db.example", 5432), "db.example:5432");
  EXPECT_EQ(decided(narrowing, "db.example", 443), "port");
}

TEST(Narrowing, NothingIsNothing) {
  EXPECT_EQ(decided(Narrowing::nothing(), "github.com"), "not_requested");
  EXPECT_EQ(decided(narrowed({}), "github.com"), "not_requested");
  EXPECT_EQ(decided(Narrowing::everythingAllowed(), "github.com"), "github.com");
}

TEST(Narrowing, TakesWhatIsWithinTheOperatorsList) {
  for (const char* entry :
       {"github.com", "github.com:443", "*.npmjs.org", "*.a.npmjs.org", "pypi", "pypi.org",
        "db.example:5432", "10.1.0.0/16", "10.0.0.1:22", "10.0.0.1:*"}) {
    EXPECT_EQ(problem({entry}), "") << entry;
  }
}

TEST(Narrowing, NeverWidens) {
  for (const char* entry :
       {"evil.example", "*.github.com", "npmjs.org", "github.com:22", "github.com:*", "npm",
        "db.example:443", "*", "*:*", "10.0.0.0/7", "0.0.0.0/0", "!github.com", "*.org", "a b",
        "denied.npmjs.org", "denied.npmjs.org:443"}) {
    EXPECT_NE(problem({"github.com", entry}).find(entry), std::string::npos) << entry;
  }
}

// A host that a request lists is decided as without the request.
TEST(Narrowing, IsAskedBesidesThePolicy) {
  const auto wide = std::get<Policy>(Policy::of(std::vector<std::string>{"*:*", "0.0.0.0/0:*"}));
  const std::vector<std::string> entries{"evil.example:22", "9.9.9.9"};
  const auto foreign = std::get<Narrowing>(wide.narrow(entries));
  EXPECT_EQ(decided(foreign, "evil.example", 22), "not_listed");
  EXPECT_EQ(decided(foreign, "9.9.9.9"), "not_listed");
}

}  // namespace
}  // namespace brood::egress
