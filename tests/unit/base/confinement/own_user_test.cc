#include "base/confinement/own_user.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>

#include <fstream>
#include <string>

#include "tests/unit/base/confinement/in_child.h"

namespace brood {
namespace {

constexpr uid_t kUser = 64123;

std::string statusLine(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name + ":\t")) return line.substr(name.size() + 2);
  }
  return "";
}

TEST(OwnUser, ForgoesNewPrivileges) {
  EXPECT_EQ(inChild([] {
              forgoNewPrivileges();
              return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
            }),
            1);
}

TEST(OwnUser, IsTakenByRootAloneAndForGood) {
  const int result = inChild([] {
    if (::geteuid() != 0) {
      // Without the right to it an exception says so.
      return kj::runCatchingExceptions([] { becomeUserForGood(kUser, kUser); }) != nullptr ? 0 : 1;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    becomeUserForGood(kUser, kUser);
    int deathSignal = 0;
    ::prctl(PR_GET_PDEATHSIG, &deathSignal);
    if (deathSignal != SIGKILL) return 2;
    if (::setresuid(0, 0, 0) == 0) return 3;
    if (::getgroups(0, nullptr) != 0 || ::getgid() != kUser) return 4;
    if (statusLine("CapEff").find_first_not_of('0') != std::string::npos) return 5;
    if (statusLine("CapBnd").find_first_not_of('0') != std::string::npos) return 6;
    return 0;
  });
  EXPECT_EQ(result, 0);
}

TEST(OwnUser, KeepsTheCapabilityThatIsNamedAndNoOther) {
  if (::geteuid() != 0) return;  // The test above says what happens then.
  const int result = inChild([] {
    becomeUserForGood(kUser, kUser, CAP_DAC_OVERRIDE);
    if (statusLine("CapEff") != "0000000000000002") return 1;
    if (statusLine("CapPrm") != "0000000000000002") return 2;
    if (statusLine("CapBnd").find_first_not_of('0') != std::string::npos) return 3;
    return ::setresuid(0, 0, 0) == 0 ? 4 : 0;
  });
  EXPECT_EQ(result, 0);
}

TEST(OwnUser, KnowsWhichIdsThereAre) {
  EXPECT_TRUE(areMapped(::getuid(), ::getgid()));
  EXPECT_FALSE(areMapped(static_cast<uid_t>(-1), ::getgid()));
}

}  // namespace
}  // namespace brood
