#include "cli/commands/key_command.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cli/terminal/cli_error.h"
#include "gateway/access/api_key.h"
#include "gateway/access/key_ring.h"
#include "gateway/access/key_store.h"

namespace brood::cli {
namespace {

using Action = KeyArguments::Action;

class KeyCommandTest : public testing::Test {
 protected:
  KeyCommandTest() {
    char name[] = "/tmp/brood-key-XXXXXX";
    config_.stateDir = ::mkdtemp(name);
  }
  ~KeyCommandTest() override { std::filesystem::remove_all(config_.stateDir); }

  // Returns what it prints on standard output.
  std::string run(const KeyArguments& arguments, bool json = false) {
    testing::internal::CaptureStdout();
    try {
      keyCommand(arguments, config_, json, kNow);
    } catch (...) {
      testing::internal::GetCapturedStdout();
      throw;
    }
    return testing::internal::GetCapturedStdout();
  }
  std::string create(KeyArguments arguments = {}) {
    arguments.action = Action::create;
    if (arguments.tenant.empty()) arguments.tenant = "acme";
    return run(arguments);
  }
  gateway::KeyFile file() const {
    return std::get<gateway::KeyFile>(gateway::readKeyFile(config_.keysPath()));
  }

  static constexpr UnixMillis kNow = 1'795'933'191'000;
  AccessConfig config_;
};

TEST_F(KeyCommandTest, PrintsAKeyAndKeepsItsDigest) {
  const std::string printed = create();
  ASSERT_TRUE(printed.ends_with('\n'));
  const std::string key = printed.substr(0, printed.size() - 1);
  EXPECT_TRUE(gateway::isWhole(key));
  const auto found = gateway::KeyRing(file()).find(key, kNow);
  EXPECT_EQ(found.verdict, gateway::KeyVerdict::good);
  EXPECT_EQ(found.entry->tenant, "acme");
  EXPECT_EQ(found.entry->scopes, (gateway::Scopes{true, true, false}));
  std::ifstream text(config_.keysPath());
  const std::string content(std::istreambuf_iterator<char>(text), {});
  EXPECT_EQ(content.find(key), std::string::npos);
}

TEST_F(KeyCommandTest, AKeyMayExpire) {
  KeyArguments arguments;
  arguments.lifeMs = 1000;
  create(arguments);
  EXPECT_EQ(file().keys[0].expires, kNow + 1000);
}

TEST_F(KeyCommandTest, TakesAKeyThatIsThereAlready) {
  const std::string path = config_.stateDir + "/foreign";
  std::ofstream(path) << "sk-0123456789abcdef\n";
  KeyArguments arguments;
  arguments.fromFile = path;
  EXPECT_EQ(create(arguments), "");  // Its owner knows it.
  EXPECT_EQ(gateway::KeyRing(file()).find("sk-0123456789abcdef", kNow).verdict,
            gateway::KeyVerdict::good);
  EXPECT_THROW(create(arguments), CliError);
  std::ofstream(path) << "short";
  EXPECT_THROW(create(arguments), CliError);
}

TEST_F(KeyCommandTest, ACertificateStandsForAKey) {
  KeyArguments arguments;
  arguments.certificate = "ci.test";
  EXPECT_EQ(create(arguments), "");  // There is nothing to keep secret.
  const gateway::KeyRing ring(file());
  EXPECT_EQ(ring.findCertificate("ci.test", kNow).entry->tenant, "acme");
  EXPECT_NE(run({}).find("ci.test"), std::string::npos);
  EXPECT_THROW(create(arguments), CliError);
  arguments.certificate = "a\nb";
  EXPECT_THROW(create(arguments), CliError);
}

TEST_F(KeyCommandTest, ListsAndRevokes) {
  create();
  const std::string id = file().keys[0].id;
  EXPECT_NE(run({}).find(id), std::string::npos);
  EXPECT_NE(run({}, true).find("\"state\": \"good\""), std::string::npos);
  KeyArguments revoke;
  revoke.action = Action::revoke;
  revoke.id = id;
  run(revoke);
  EXPECT_EQ(file().keys[0].revoked, kNow);
  EXPECT_NE(run({}, true).find("\"state\": \"revoked\""), std::string::npos);
  revoke.id = "k_none";
  EXPECT_THROW(run(revoke), CliError);
}

TEST_F(KeyCommandTest, RefusesWhatNobodyCouldUse) {
  KeyArguments arguments;
  arguments.tenant = "A B";
  EXPECT_THROW(create(arguments), CliError);
  arguments.tenant = "acme";
  arguments.scopes = {"rnu"};
  EXPECT_THROW(create(arguments), CliError);
  EXPECT_THROW(run({}), CliError);  // No file.
}

}  // namespace
}  // namespace brood::cli
