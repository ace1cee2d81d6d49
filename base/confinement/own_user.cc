#include "base/confinement/own_user.h"

#include <grp.h>
#include <kj/debug.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

namespace brood {
namespace {

void dropBoundingSet() {
  // The kernel answers EINVAL for the first capability it does not know.
  for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; ++capability) {
  }
  KJ_REQUIRE(errno == EINVAL, "dropping the capability bounding set", errno);
}

// Leaves the process this capability and no other; none if it has not been permitted.
void keepCapability(int kept) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct held[2] = {};
  KJ_SYSCALL(syscall(SYS_capget, &header, held));
  for (int word = 0; word < 2; ++word) {
    const uint32_t mask = kept / 32 == word ? 1u << (kept % 32) : 0;
    const uint32_t left = held[word].permitted & mask;
    held[word] = {left, left, 0};
  }
  KJ_SYSCALL(syscall(SYS_capset, &header, held));
}

// Lines of "first-inside first-outside count": user_namespaces(7).
bool isMapped(const char* mapPath, uint64_t id) {
  std::ifstream map(mapPath);
  for (uint64_t inside, outside, count; map >> inside >> outside >> count;) {
    if (id >= inside && id - inside < count) return true;
  }
  return false;
}

}  // namespace

void becomeUserForGood(uid_t uid, gid_t gid, int kept) {
  dropBoundingSet();
  KJ_SYSCALL(prctl(PR_SET_KEEPCAPS, kept >= 0, 0, 0, 0));
  int deathSignal = 0;
  const pid_t parent = getppid();
  KJ_SYSCALL(prctl(PR_GET_PDEATHSIG, &deathSignal));
  KJ_SYSCALL(setgroups(0, nullptr));
  KJ_SYSCALL(setresgid(gid, gid, gid));
  KJ_SYSCALL(setresuid(uid, uid, uid));
  if (kept >= 0) keepCapability(kept);
  KJ_REQUIRE(setresuid(0, 0, 0) != 0 && geteuid() == uid, "root could be regained");
  // A change of user has cleared it.
  KJ_SYSCALL(prctl(PR_SET_PDEATHSIG, deathSignal));
  KJ_REQUIRE(deathSignal == 0 || getppid() == parent, "the parent died during start-up");
}

bool areMapped(uid_t uid, gid_t gid) {
  return isMapped("/proc/self/uid_map", uid) && isMapped("/proc/self/gid_map", gid);
}

void forgoCapabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  KJ_SYSCALL(syscall(SYS_capset, &header, none));
}

void forgoNewPrivileges() { KJ_SYSCALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }

}  // namespace brood
