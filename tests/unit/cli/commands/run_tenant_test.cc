#include "cli/commands/run_tenant.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "cli/commands/key_command.h"
#include "cli/terminal/cli_error.h"
#include "gateway/access/key_store.h"
#include "tests/unit/recorder/temporary_folder.h"

namespace brood::cli {
namespace {

constexpr UnixMillis kNow = 1'700'000'000'000;
constexpr char kKey[] = "a-key-of-somebody-elses";

class RunTenantTest : public testing::Test {
 protected:
  RunTenantTest() {
    config_.keysFile = folder_ / "keys.json";
    write("key", std::string(kKey) + "\n");
  }
  void write(const char* name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  // Puts the key into the key file.
  void add(std::vector<std::string> scopes = {"run"}, std::optional<uint64_t> lifeMs = {}) {
    KeyArguments arguments;
    arguments.action = KeyArguments::Action::create;
    arguments.tenant = "acme";
    arguments.scopes = std::move(scopes);
    arguments.lifeMs = lifeMs;
    arguments.fromFile = folder_ / "key";
    keyCommand(arguments, config_, false, kNow);
  }
  RunTenant withFile() { return tenantOfRun(folder_ / "key", {}, config_, kNow); }
  std::string problem() {
    try {
      withFile();
    } catch (const CliError& error) {
      return error.what();
    }
    return "";
  }

  recorder::TemporaryFolder folder_;
  AccessConfig config_;
};

TEST_F(RunTenantTest, WithoutAKeyItIsTheOperators) {
  EXPECT_EQ(tenantOfRun({}, {}, config_, kNow).name, "");
}

TEST_F(RunTenantTest, AKeyHasATenant) {
  add();
  EXPECT_EQ(withFile().name, "acme");
  EXPECT_EQ(withFile().jobsAtOnce, 0);
  Secrets secrets;
  secrets.apiKey = kKey;
  EXPECT_EQ(tenantOfRun({}, secrets, config_, kNow).name, "acme");
}

TEST_F(RunTenantTest, ItsTenantsLimitHolds) {
  add();
  gateway::changeKeyFile(config_.keysFile, [](gateway::KeyFile& file) {
    file.tenants["acme"].jobsAtOnce = 3;
    return std::string();
  });
  EXPECT_EQ(withFile().jobsAtOnce, 3);
}

TEST_F(RunTenantTest, AKeyThatIsNoneIsRefused) {
  write("other", "another-key-of-somebody");
  add();
  write("key", "a-key-of-nobody-at-all");
  EXPECT_EQ(problem(), "the key is in no key file");
  EXPECT_THROW(tenantOfRun(folder_ / "missing", {}, config_, kNow), CliError);
}

TEST_F(RunTenantTest, AKeyOfAnotherUseIsRefused) {
  add({"admin"});
  EXPECT_EQ(problem(), "the key may not run jobs: it is not of the scope run");
}

TEST_F(RunTenantTest, AnExpiredKeyIsRefused) {
  add({"run"}, 1);
  EXPECT_EQ(withFile().name, "acme");
  EXPECT_THROW(tenantOfRun(folder_ / "key", {}, config_, kNow + 1), CliError);
}

TEST_F(RunTenantTest, WithoutAKeyFileTheEnvironmentHasTheOneKey) {
  config_.keysFile.clear();
  config_.stateDir = folder_ / "state";
  Secrets secrets;
  secrets.apiKey = kKey;
  EXPECT_EQ(tenantOfRun({}, secrets, config_, kNow).name, "default");
  EXPECT_EQ(tenantOfRun(folder_ / "key", secrets, config_, kNow).name, "default");
}

}  // namespace
}  // namespace brood::cli
