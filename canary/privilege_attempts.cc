// To privileges.

#include <fcntl.h>
#include <linux/securebits.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "canary/attempts.h"

namespace brood::canary {
namespace {

int errnoOf(long result) { return result < 0 ? errno : 0; }

bool gainsNothingByExecve() { return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1; }

int tryToBecomeRoot() { return errnoOf(::setresuid(0, 0, 0)); }
Finding becomeRoot(const Host&) { return inChild(tryToBecomeRoot); }

// Only then may bounds and securebits be as they were: who has no capability cannot change them.
bool madeWithoutCapabilities(const Host& host) {
  return host.number("made_without_capabilities") == 1;
}

// The five sets, of which a job shall have nothing: capabilities(7). The bounding set is no more
// than what execve could give.
Finding capability(const Host& host) {
  const bool isBoundMoot = madeWithoutCapabilities(host) && gainsNothingByExecve();
  FILE* file = std::fopen("/proc/self/status", "re");
  if (file == nullptr) return stoppedBy(errno);
  char line[256];
  std::string found;
  while (std::fgets(line, sizeof(line), file) != nullptr) {
    char set[16];
    unsigned long long bits = 0;
    if (std::sscanf(line, "Cap%15[A-Za-z]: %llx", set, &bits) != 2 || bits == 0) continue;
    if (std::strcmp(set, "Bnd") != 0 || !isBoundMoot) found = set;
  }
  std::fclose(file);
  return {!found.empty(), found};
}

Finding mountSomething(const Host&) {
  ::mkdir("canary-mount", 0700);
  const Finding finding = ofCall(::mount("canary", "canary-mount", "tmpfs", 0, "size=4k"));
  if (finding.reached) ::umount("canary-mount");
  ::rmdir("canary-mount");
  return finding;
}

// The bits can only be set by who has a capability. Who has none, is not uid 0 and cannot become it
// would gain nothing where they are not.
Finding rootBySecurebits(const Host& host) {
  constexpr int kWanted =
      SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED;
  const int bits = ::prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
  if (bits < 0) return stoppedBy(errno);
  if ((bits & kWanted) == kWanted) return {false, std::to_string(bits)};
  const bool isOut = madeWithoutCapabilities(host) && ::getuid() != 0 && gainsNothingByExecve() &&
                     !capability(host).reached && !becomeRoot(host).reached;
  return {!isOut, std::to_string(bits)};
}

Finding setuidPrograms(const Host&) { return {!gainsNothingByExecve(), ""}; }

// PID 1 where the parent is in another namespace, which is then seen as 0.
Finding parentMemory(const Host&) {
  const pid_t parent = ::getppid() == 0 ? 1 : ::getppid();
  char path[64];
  std::snprintf(path, sizeof(path), "/proc/%d/environ", parent);
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return stoppedBy(errno);
  char ignored;
  const Finding finding = ofCall(::read(fd, &ignored, 1));
  ::close(fd);
  return finding;
}

}  // namespace

const std::vector<Attempt> kPrivilegeAttempts = {
    {"capability", capability},          {"become_root", becomeRoot},
    {"mount", mountSomething},           {"root_by_securebits", rootBySecurebits},
    {"setuid_programs", setuidPrograms}, {"parent_memory", parentMemory},
};

}  // namespace brood::canary
