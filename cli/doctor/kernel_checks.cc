#include "cli/doctor/kernel_checks.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "base/policy/landlock_versions.h"
#include "cli/doctor/probe.h"
#include "host/features.h"

namespace brood::cli {
namespace {

int errnoOf(long result) { return result < 0 ? errno : 0; }

// A namespace together with the user namespace that owns it, as every sandbox makes them.
template <int kFlag>
int unshareOne() {
  return errnoOf(::unshare(CLONE_NEWUSER | kFlag));
}

int becomeRootInside() {
  uid_t outside = ::geteuid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return errno;
  std::string map = "0 " + std::to_string(outside) + " 1";
  int fd = ::open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  int problem = errnoOf(::write(fd, map.data(), map.size()));
  ::close(fd);
  return problem;
}

int mountOwnRoot() {
  if (int problem = becomeRootInside()) return problem;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0) return errno;
  // Where every host has a directory.
  if (::mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NODEV, "size=64k") < 0) return errno;
  mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  return errnoOf(::mount_setattr(AT_FDCWD, "/dev", AT_RECURSIVE, &attributes, sizeof(attributes)));
}

// As for a slot: of /usr, without a layer to write to, in a mount namespace of its own.
int mountOverlay() {
  if (int problem = becomeRootInside()) return problem;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0) return errno;
  if (::mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=64k") < 0) return errno;
  return errnoOf(::mount("overlay", "/tmp", "overlay", MS_RDONLY, "lowerdir=/usr:/tmp"));
}

int openPidfd() { return errnoOf(::syscall(SYS_pidfd_open, ::getpid(), 0)); }

// Filters that end a job at a call need more than filters: a kernel in name only may lack it.
int installFilter() {
  const uint32_t killProcess = SECCOMP_RET_KILL_PROCESS;
  if (::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &killProcess) < 0) return errno;
  sock_filter allowAll = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  sock_fprog program{1, &allowAll};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return errno;
  return errnoOf(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
}

Check verdict(const char* protection, int problem, std::string fix) {
  if (problem == 0) return {protection, ProtectionState::ok, "works", "", true};
  std::string reason = problem < 0 ? "the attempt was killed" : ::strerror(problem);
  return {protection, ProtectionState::missing, reason, std::move(fix), true};
}

Check switchedOff(const char* protection, Layer layer) {
  return {protection, ProtectionState::off, std::string("layers.") + nameOf(layer) + " is off", ""};
}

struct NamespaceProbe {
  Layer layer;
  const char* name;
  int (*attempt)();
};

constexpr NamespaceProbe kNamespaces[] = {
    {Layer::user, "user namespace", unshareOne<0>},
    {Layer::mount, "mount namespace", unshareOne<CLONE_NEWNS>},
    {Layer::pid, "pid namespace", unshareOne<CLONE_NEWPID>},
    {Layer::net, "net namespace", unshareOne<CLONE_NEWNET>},
    {Layer::ipc, "ipc namespace", unshareOne<CLONE_NEWIPC>},
    {Layer::uts, "uts namespace", unshareOne<CLONE_NEWUTS>},
    {Layer::cgroup, "cgroup namespace", unshareOne<CLONE_NEWCGROUP>},
    {Layer::ownRoot, "own root (mount)", mountOwnRoot},
};

Check checkOwnInodes(const LayerPolicy& layers) {
  constexpr const char* kName = "own inodes (overlay)";
  if (!layers.isOn(Layer::ownInodes)) return switchedOff(kName, Layer::ownInodes);
  Check check = verdict(kName, probeInChild(mountOverlay), infoOf(Layer::ownInodes).fix);
  check.isRequired = layers.isRequired(Layer::ownInodes);
  return check;
}

}  // namespace

Checks checkNamespaces(const LayerPolicy& layers) {
  Checks checks;
  for (const auto& each : kNamespaces) {
    if (!layers.isOn(each.layer)) {
      checks.push_back(switchedOff(each.name, each.layer));
      continue;
    }
    int problem = probeInChild(each.attempt);
    checks.push_back(verdict(each.name, problem, namespaceFix(problem)));
  }
  checks.push_back(verdict("pidfd", probeInChild(openPidfd), "use Linux 5.10 or later"));
  checks.push_back(checkOwnInodes(layers));
  return checks;
}

Checks checkSeccomp(const LayerPolicy& layers) {
  if (!layers.isOn(Layer::seccompNumbers)) {
    return {switchedOff("seccomp filter", Layer::seccompNumbers)};
  }
  return {
      verdict("seccomp filter", probeInChild(installFilter), infoOf(Layer::seccompNumbers).fix)};
}

Checks checkLandlock(const LayerPolicy& layers) {
  if (!layers.isOn(Layer::landlock)) return {switchedOff("landlock", Layer::landlock)};
  const unsigned abi = landlockVersion();
  const bool isRequired = layers.isRequired(Layer::landlock);
  const char* fix = infoOf(Layer::landlock).fix;
  if (abi == 0) {
    return {{"landlock", ProtectionState::missing, ::strerror(errno), fix, isRequired}};
  }
  const std::string text = "ABI " + std::to_string(abi);
  if (abi < kFirstUsefulLandlock) {
    return {{"landlock", ProtectionState::missing, text + " refuses renames between directories",
             fix, isRequired}};
  }
  const std::string lacking = landlockShortfall(abi);
  return {{"landlock", ProtectionState::ok,
           text + (lacking.empty() ? ": paths, signals, abstract sockets"
                                   : ": in part, does not restrict " + lacking),
           "", isRequired}};
}

}  // namespace brood::cli
