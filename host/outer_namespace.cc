#include "host/outer_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "base/owned_fd.h"

namespace brood {
namespace {

int writeOwnFile(const char* path, const std::string& text) {
  OwnedFd file(::open(path, O_WRONLY | O_CLOEXEC));
  if (!file) return errno;
  return ::write(file.get(), text.data(), text.size()) < 0 ? errno : 0;
}

std::string asZero(unsigned id) { return "0 " + std::to_string(id) + " 1"; }

}  // namespace

ProbeStep enterOuterNamespace() {
  const std::string uidMap = asZero(::geteuid()), gidMap = asZero(::getegid());
  // Changing a mount's size needs the capability over one's own mount namespace as well.
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) {
    return ProbeStep::at("user and mount namespace", errno);
  }
  // A process that could drop a group could escape a rule that denies it something
  // (user_namespaces(7)).
  if (int error = writeOwnFile("/proc/self/setgroups", "deny")) {
    return ProbeStep::at("setgroups", error);
  }
  if (int error = writeOwnFile("/proc/self/uid_map", uidMap)) {
    return ProbeStep::at("uid_map", error);
  }
  return ProbeStep::at("gid_map", writeOwnFile("/proc/self/gid_map", gidMap));
}

}  // namespace brood
