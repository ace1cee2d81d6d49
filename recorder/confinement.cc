#include "recorder/confinement.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <linux/capability.h>
#include <netdb.h>
#include <pwd.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "base/confinement/landlock_denial.h"
#include "base/confinement/own_user.h"
#include "base/confinement/server_calls.h"

namespace brood::recorder {
namespace {

constexpr const char* kUser = "brood-recorder";
constexpr uint32_t kBelowSandboxes = 3;  // The gateway has the first, the egress broker the next.
constexpr uint64_t kSocketTypeMask = 0xf;

// Names of hosts, certificates, the time, and libraries that the C library loads for the first.
constexpr const char* kAlwaysReadable[] = {"/etc/resolv.conf",
                                           "/etc/hosts",
                                           "/etc/nsswitch.conf",
                                           "/etc/host.conf",
                                           "/etc/gai.conf",
                                           "/etc/services",
                                           "/etc/protocols",
                                           "/etc/localtime",
                                           "/etc/ld.so.cache",
                                           "/etc/ssl",
                                           "/etc/ca-certificates",
                                           "/etc/pki",
                                           "/usr",
                                           "/lib",
                                           "/lib64",
                                           "/run/systemd/resolve",
                                           "/run/resolvconf",
                                           "/run/NetworkManager",
                                           "/dev/urandom"};

// Files, threads of libcurl's and ours, names of hosts.
constexpr const char* kMoreCalls[] = {
    "open",    "openat",           "stat",       "lstat",      "newfstatat",
    "statx",   "access",           "faccessat",  "faccessat2", "readlink",
    "lseek",   "pwrite64",         "ftruncate",  "fsync",      "fdatasync",
    "rename",  "renameat",         "renameat2",  "unlink",     "unlinkat",
    "mkdir",   "mkdirat",          "getdents64", "flock",      "umask",
    "getcwd",  "set_robust_list",  "sendmmsg",   "recvmmsg",   "uname",
    "sysinfo", "sched_getaffinity"};

// Root's files stay root's, but nothing else of root does.
std::optional<std::string> dropCapabilities() {
  for (int capability = 0; ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; ++capability) {
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  if (::syscall(SYS_capset, &header, none) < 0) return std::strerror(errno);
  return {};
}

std::optional<std::string> becomeOwnUser(const RecorderAccount& account) {
  if (::geteuid() != 0) return "not started as root";
  if (account.missingBecause.empty()) {
    becomeUserForGood(account.uid, account.gid, CAP_DAC_OVERRIDE);
    return {};
  }
  const auto problem = dropCapabilities();
  return problem ? problem : account.missingBecause;
}

std::optional<std::string> denyPaths(const OpenPaths& paths) {
  std::vector<PathLeft> left;
  for (const char* path : kAlwaysReadable) left.push_back({path});
  for (const auto& path : paths.readable) left.push_back({path});
  for (const auto& path : paths.writable) left.push_back({path, true});
  left.push_back({"/dev/null", true});
  return denyByLandlock(TcpLeft::connecting, left);
}

std::optional<std::string> denyBySeccomp() {
  SeccompFilter filter;
  allowServerCalls(filter);
  for (const char* name : kMoreCalls) filter.allow(name);
  for (const int family : {AF_INET, AF_INET6}) {
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
      filter.allow("socket", SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family)),
                   SCMP_A1(SCMP_CMP_MASKED_EQ, kSocketTypeMask, static_cast<scmp_datum_t>(type)));
    }
  }
  // libcurl wakes its own waiting by one.
  filter.allow("socketpair", SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
  // A filter does not see clone3()'s flags; without it the C library makes threads by clone().
  filter.pretendAbsence("clone3");
  filter.allow("clone", SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  filter.allow("prctl", SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
  filter.allow("prlimit64", SCMP_A0(SCMP_CMP_EQ, 0), SCMP_A2(SCMP_CMP_EQ, 0));
  return filter.load();
}

// Libraries are loaded by then; later none can be, for their code would be new.
void loadNameServices() {
  addrinfo* found = nullptr;
  if (::getaddrinfo("localhost", nullptr, nullptr, &found) == 0) ::freeaddrinfo(found);
}

}  // namespace

RecorderAccount recorderAccount(const Config& config) {
  if (const passwd* user = ::getpwnam(kUser)) return {user->pw_uid, user->pw_gid, ""};
  const uint32_t id = config.sandbox.uidBase - kBelowSandboxes;
  const std::string named = "there is no user brood-recorder, and the id " + std::to_string(id);
  if (!areMapped(id, id)) return {0, 0, named + " does not exist here"};
  if (const passwd* owner = ::getpwuid(id)) {
    return {0, 0, named + " belongs to '" + owner->pw_name + "'"};
  }
  return {id, id, ""};
}

Confinement confine(const OpenPaths& paths, const RecorderAccount& account) {
  Confinement result;
  loadNameServices();
  loadWhatComesLater();
  result.note("own_user", becomeOwnUser(account));
  forgoNewPrivileges();
  // Its memory has secrets, which a core file and another process of its user must not see.
  KJ_SYSCALL(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  result.layers.push_back("no_new_privs");
  if (kIsSanitized) {
    for (const char* layer : {"landlock", "seccomp"}) result.note(layer, "built with a sanitizer");
    return result;
  }
  result.note("landlock", denyPaths(paths));
  result.note("seccomp", denyBySeccomp());
  return result;
}

}  // namespace brood::recorder
