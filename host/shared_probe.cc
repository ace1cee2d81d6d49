#include "host/shared_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/owned_fd.h"
#include "rpc/wire/fd_passing.h"

namespace brood {
namespace {

using namespace std::string_view_literals;

constexpr const char* kLandlockPaths = "landlock: paths";
constexpr const char* kLandlockSignals = "landlock: signals and abstract sockets";

// linux/landlock.h as of version 6.
struct RulesetAttributes {
  uint64_t handledFileAccess;
  uint64_t handledNetAccess;
  uint64_t scoped;
};
constexpr uint64_t kBeyondSeen = 64;
constexpr uint64_t kAllScopes = (1 << 0) | (1 << 1);
constexpr uint64_t kReadFileAndDirectory = (1 << 2) | (1 << 3);

int enterDomain(uint64_t fileAccess, uint64_t scopes) {
  const RulesetAttributes attributes = {fileAccess, 0, scopes};
  OwnedFd ruleset(static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0u)));
  if (!ruleset) return errno;
  return ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0u) < 0 ? errno : 0;
}

// With their threads.
uint64_t tasksOfUser() {
  uint64_t tasks = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    struct stat info;
    const std::string path = entry.path();
    if (!std::isdigit(static_cast<unsigned char>(path["/proc/"sv.size()]))) continue;
    if (::stat(path.c_str(), &info) < 0 || info.st_uid != ::geteuid()) continue;
    std::error_code ended;
    for ([[maybe_unused]] const auto& task :
         std::filesystem::directory_iterator(path + "/task", ended))
      ++tasks;
  }
  return tasks;
}

// An effect that did not come: no errno tells.
ProbeStep withoutEffect(const char* step) { return ProbeStep::at(step, ENOTSUP); }

ProbeStep tryFilter() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgid, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EDOM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{4, program};
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) {
    return ProbeStep::at("seccomp filter", errno);
  }
  const bool works = ::getpgid(0) < 0 && errno == EDOM;
  return works ? ProbeStep{} : withoutEffect("seccomp filter");
}

// Says what it could do, nothing if all is as it must be, and waits for its end.
[[noreturn]] void beKept(pid_t keeper, int reportFd) {
  const char* could = "";
  if (enterDomain(kReadFileAndDirectory, kAllScopes) != 0) {
    could = kLandlockPaths;
  } else if (::kill(keeper, 0) == 0) {
    could = kLandlockSignals;
  } else if (OwnedFd(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC))) {
    could = kLandlockPaths;
  }
  [[maybe_unused]] ssize_t written = ::write(reportFd, could, std::strlen(could) + 1);
  ::pause();
  ::_exit(1);
}

ProbeStep tryKeeping() {
  auto pipe = newPipe();
  const pid_t keeper = ::getpid();
  const pid_t kept = ::fork();
  if (kept < 0) return ProbeStep::at("fork", errno);
  if (kept == 0) beKept(keeper, pipe.second.get());
  pipe.second.reset();
  char could[40] = {};
  if (::read(pipe.first.get(), could, sizeof(could) - 1) <= 0) {
    return ProbeStep::at("fork", ECHILD);
  }
  ::kill(-1, SIGKILL);
  int status = 0;
  if (::waitpid(kept, &status, 0) < 0) return ProbeStep::at("wait", errno);
  return could[0] == 0 ? ProbeStep{} : withoutEffect(could);
}

}  // namespace

ProbeStep probeSharedHost() {
  if (::geteuid() == 0) return ProbeStep::at("uid 0", EPERM);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return ProbeStep::at("no_new_privs", errno);
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) return ProbeStep::at("subreaper", errno);
  const pid_t outside = ::getppid();
  if (int error = enterDomain(0, kAllScopes)) return ProbeStep::at(kLandlockSignals, error);
  // kill(-1) below would be the end of everything of this user's.
  if (::kill(outside, 0) == 0) return withoutEffect(kLandlockSignals);
  const ProbeStep kept = tryKeeping();
  return kept.errnoValue != 0 ? kept : tryFilter();
}

ProbeStep probeUsersProcesses() {
  const rlimit few{tasksOfUser() + kBeyondSeen, tasksOfUser() + kBeyondSeen};
  if (::setrlimit(RLIMIT_NPROC, &few) < 0) return ProbeStep::at("setrlimit", errno);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  if (child < 0) return ProbeStep::at("RLIMIT_NPROC counts others", errno);
  ::waitpid(child, nullptr, 0);
  return {};
}

std::string sharedHostFix(const std::string& reason) {
  if (reason.starts_with("uid 0")) {
    return "start Brood as a user who owns nothing that jobs may read";
  }
  if (reason.starts_with("landlock")) {
    return "boot Linux 6.12 or later with Landlock in its list of security modules "
           "(lsm=landlock,...)";
  }
  return "use a kernel built with CONFIG_SECCOMP_FILTER";
}

}  // namespace brood
