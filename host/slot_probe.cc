#include "host/slot_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "base/owned_fd.h"
#include "base/policy/layer_namespaces.h"
#include "rpc/wire/fd_passing.h"

namespace brood {
namespace {

constexpr uint32_t kInitInside = 0;
constexpr uint32_t kJobInside = 1000;

std::string idMap(const ProbedIds& ids) {
  auto line = [](uint32_t inside, uint32_t outside) {
    return std::to_string(inside) + " " + std::to_string(outside) + " 1\n";
  };
  if (ids.init == ids.job) return line(kJobInside, ids.job);
  return line(kInitInside, ids.init) + line(kJobInside, ids.job);
}

int writeMap(pid_t pid, const char* name, const std::string& map) {
  const std::string path = "/proc/" + std::to_string(pid) + "/" + name;
  OwnedFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return errno;
  return ::write(file.get(), map.data(), map.size()) < 0 ? errno : 0;
}

// Which one of them it was: the kernel answers for all together.
ProbeStep namespaceThatFailed(const LayerPolicy& policy, int errnoValue) {
  const int owner = policy.isOn(Layer::user) ? CLONE_NEWUSER : 0;
  for (const auto& [layer, flag] : kLayerNamespaces) {
    if (!policy.isOn(layer)) continue;
    const long pid = ::syscall(SYS_clone, owner | flag | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) ::_exit(0);
    if (pid < 0) {
      const int alone = errno;
      return ProbeStep::at((std::string(nameOf(layer)) + " namespace").c_str(), alone);
    }
    ::waitpid(static_cast<pid_t>(pid), nullptr, 0);
  }
  return ProbeStep::at("namespaces", errnoValue);
}

// The mounts that a slot and its template are made of. A tmpfs hides the host's /dev meanwhile, a
// directory that is there everywhere.
ProbeStep makeMounts(const LayerPolicy& policy) {
  if (!policy.isOn(Layer::mount)) return {};
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0) {
    return ProbeStep::at("private mounts", errno);
  }
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV;
  if (policy.isOn(Layer::pid) &&
      ::mount("proc", "/proc", "proc", kFlags | MS_NOEXEC, nullptr) < 0) {
    return ProbeStep::at("mount proc", errno);
  }
  if (::mount("tmpfs", "/dev", "tmpfs", kFlags, "size=64k,nr_inodes=16") < 0) {
    return ProbeStep::at("mount tmpfs", errno);
  }
  mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_NOSUID;
  if (::mount_setattr(AT_FDCWD, "/dev", AT_RECURSIVE, &attributes, sizeof(attributes)) < 0) {
    return ProbeStep::at("mount_setattr", errno);
  }
  return {};
}

ProbeStep nameHost(const LayerPolicy& policy) {
  constexpr char kName[] = "probe";
  if (!policy.isOn(Layer::uts)) return {};
  return ProbeStep::at("hostname", ::sethostname(kName, sizeof(kName) - 1) < 0 ? errno : 0);
}

// As a worker does. A seccomp profile may refuse this to those whom it lets make namespaces.
ProbeStep joinNamespaces(const LayerPolicy& policy, pid_t init) {
  const OwnedFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, init, 0)));
  if (!pidfd) return ProbeStep::at("pidfd_open", errno);
  const int flags = slotNamespaceFlags(policy) & ~(CLONE_NEWPID | CLONE_NEWCGROUP);
  if (flags == 0) return {};
  auto [report, tellReport] = newPipe();
  const pid_t child = ::fork();
  if (child < 0) return ProbeStep::at("fork", errno);
  if (child == 0) {
    const int error = ::setns(pidfd.get(), flags) < 0 ? errno : 0;
    [[maybe_unused]] ssize_t written = ::write(tellReport.get(), &error, sizeof(error));
    ::_exit(0);
  }
  tellReport.reset();
  int error = ECHILD;
  [[maybe_unused]] ssize_t count = ::read(report.get(), &error, sizeof(error));
  ::waitpid(child, nullptr, 0);
  return ProbeStep::at("setns", error);
}

ProbeStep becomeJob(const LayerPolicy& policy) {
  if (!policy.isOn(Layer::user)) return {};
  if (::syscall(SYS_setresgid, kJobInside, kJobInside, kJobInside) < 0 ||
      ::syscall(SYS_setresuid, kJobInside, kJobInside, kJobInside) < 0) {
    return ProbeStep::at("ids", errno);
  }
  return {};
}

// Two of us are allowed: the first child comes, the second does not.
ProbeStep countProcesses() {
  const rlimit two{2, 2};
  if (::setrlimit(RLIMIT_NPROC, &two) < 0) return ProbeStep::at("setrlimit", errno);
  const pid_t first = ::fork();
  if (first == 0) {
    ::pause();
    ::_exit(0);
  }
  if (first < 0) return ProbeStep::at("RLIMIT_NPROC counts others", errno);
  const pid_t second = ::fork();
  if (second == 0) ::_exit(0);
  return second < 0 ? ProbeStep{} : ProbeStep::at("RLIMIT_NPROC counts nothing", ERANGE);
}

ProbeStep inside(const LayerPolicy& policy, bool limitToo) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const auto& attempt : {nameHost, makeMounts, becomeJob}) {
    const ProbeStep step = attempt(policy);
    if (step.errnoValue != 0) return step;
  }
  return limitToo ? countProcesses() : ProbeStep{};
}

ProbeStep probe(const LayerPolicy& policy, const ProbedIds& ids, bool limitToo) {
  auto [mapped, tellMapped] = newPipe();
  auto [report, tellReport] = newPipe();
  // The raw call: a fork into namespaces, the PID namespace among them.
  const long pid = ::syscall(SYS_clone, slotNamespaceFlags(policy) | SIGCHLD, 0, 0, 0, 0);
  if (pid < 0) return namespaceThatFailed(policy, errno);
  if (pid == 0) {
    tellMapped.reset();
    char go;
    if (::read(mapped.get(), &go, 1) != 1) ::_exit(1);
    const ProbeStep outcome = inside(policy, limitToo);
    [[maybe_unused]] ssize_t written = ::write(tellReport.get(), &outcome, sizeof(outcome));
    ::_exit(0);
  }
  tellReport.reset();
  ProbeStep outcome;
  if (policy.isOn(Layer::user)) {
    for (const char* map : {"uid_map", "gid_map"}) {
      if (outcome.errnoValue != 0) continue;
      outcome = ProbeStep::at(map, writeMap(static_cast<pid_t>(pid), map, idMap(ids)));
    }
  }
  if (outcome.errnoValue == 0) outcome = joinNamespaces(policy, static_cast<pid_t>(pid));
  if (outcome.errnoValue == 0) {
    [[maybe_unused]] ssize_t written = ::write(tellMapped.get(), "", 1);
    const ssize_t count = ::read(report.get(), &outcome, sizeof(outcome));
    if (count != sizeof(outcome)) outcome = ProbeStep::at("slot", ECHILD);
  }
  // Ends all in its PID namespace, if it has one.
  ::kill(static_cast<pid_t>(pid), SIGKILL);
  ::waitpid(static_cast<pid_t>(pid), nullptr, 0);
  return outcome;
}

}  // namespace

ProbeStep probeRootTemplate(const LayerPolicy& policy) {
  if (::unshare(CLONE_NEWNS) < 0) return ProbeStep::at("mount namespace", errno);
  if (!policy.isOn(Layer::mount)) return {};
  return ProbeStep::at(
      "private mounts",
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0 ? errno : 0);
}

ProbeStep probeSlot(const LayerPolicy& policy, const ProbedIds& ids) {
  return probe(policy, ids, false);
}

ProbeStep probeProcessLimit(const LayerPolicy& policy, const ProbedIds& ids) {
  return probe(policy, ids, true);
}

}  // namespace brood
