#include "config/gateway_account.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <pwd.h>

#include "config/loader.h"

namespace brood {
namespace {

std::string errorOf(const Config& config) {
  try {
    gatewayAccount(config);
    socketGroup(config);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "none";
}

TEST(ServerAccount, IsTheUserOfItsNameOrHasIdsThatNobodyElseHas) {
  const Config config;
  const auto account = gatewayAccount(config);
  if (const passwd* user = ::getpwnam(kGatewayName)) {
    EXPECT_EQ(account.uid, user->pw_uid);
  } else {
    EXPECT_EQ(account.uid, config.sandbox.uidBase - 1);
    EXPECT_EQ(account.gid, account.uid);
  }
  EXPECT_EQ(account.sharedBecause, "");
  if (::getgrnam(kGatewayName) == nullptr) {
    EXPECT_EQ(socketGroup(config), account.gid);
  }
}

TEST(ServerAccount, AnotherUserIsTakenAtHisName) {
  Config config;
  config.gateway.user = "nobody";
  EXPECT_EQ(gatewayAccount(config).uid, 65534u);
  EXPECT_EQ(gatewayAccount(config).sharedBecause, "gateway.user is nobody");
  config.supervisor.socketGroup = "daemon";
  EXPECT_EQ(socketGroup(config), gid_t{1});
  config.supervisor.socketGroup = "";
  EXPECT_EQ(socketGroup(config), std::nullopt);
}

TEST(ServerAccount, RefusesRootAndUnknownUsers) {
  Config config;
  config.gateway.user = "no-such-user";
  EXPECT_EQ(errorOf(config), "gateway.user: there is no user 'no-such-user'");
  config.gateway.user = "root";
  EXPECT_EQ(errorOf(config), "gateway.user: 'root' must not be root");
  config.gateway.user = "nobody";
  config.supervisor.socketGroup = "no-such-group";
  EXPECT_EQ(errorOf(config), "supervisor.socket_group: there is no group 'no-such-group'");
}

TEST(ServerAccount, IdsThatBelongToSomebodyAreNotOurs) {
  Config config;
  config.sandbox.uidBase = 65535;  // Below it is nobody.
  if (::getpwnam(kGatewayName) != nullptr) {
    EXPECT_EQ(errorOf(config), "none");
  } else {
    EXPECT_NE(errorOf(config).find("65534, belongs to 'nobody'"), std::string::npos);
  }
}

TEST(ServerAccount, TheBrokerHasIdsOfItsOwn) {
  const Config config;
  const auto account = egressAccount(config);
  EXPECT_NE(account.uid, gatewayAccount(config).uid);
  if (::getpwnam(kEgressName) == nullptr) {
    EXPECT_EQ(account.uid, config.sandbox.uidBase - 2);
  }
  EXPECT_EQ(account.sharedBecause, "");
}

}  // namespace
}  // namespace brood
