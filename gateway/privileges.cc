#include "gateway/privileges.h"

#include <grp.h>
#include <kj/debug.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>

namespace brood {
namespace {

void dropBoundingSet() {
  // The kernel answers EINVAL for the first capability it does not know.
  for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; ++capability) {
  }
  KJ_REQUIRE(errno == EINVAL, "dropping the capability bounding set", errno);
}

void becomeUser(const std::string& userName) {
  errno = 0;
  const passwd* user = getpwnam(userName.c_str());
  KJ_REQUIRE(user != nullptr, "gateway.user does not exist", userName.c_str());
  KJ_REQUIRE(user->pw_uid != 0, "gateway.user must not be root", userName.c_str());
  const uid_t uid = user->pw_uid;
  const gid_t gid = user->pw_gid;

  int deathSignal = 0;
  const pid_t parent = getppid();
  KJ_SYSCALL(prctl(PR_GET_PDEATHSIG, &deathSignal));
  KJ_SYSCALL(setgroups(0, nullptr));
  KJ_SYSCALL(setresgid(gid, gid, gid));
  KJ_SYSCALL(setresuid(uid, uid, uid));
  KJ_REQUIRE(setresuid(0, 0, 0) != 0 && geteuid() == uid, "root could be regained");
  KJ_SYSCALL(prctl(PR_SET_PDEATHSIG, deathSignal));
  KJ_REQUIRE(deathSignal == 0 || getppid() == parent, "the parent died during start-up");
}

}  // namespace

void dropPrivileges(const std::string& userName) {
  if (geteuid() == 0) {
    dropBoundingSet();
    becomeUser(userName);
  }
  KJ_SYSCALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

}  // namespace brood
