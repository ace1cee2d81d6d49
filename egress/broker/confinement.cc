#include "egress/broker/confinement.h"

#include <kj/debug.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/confinement/landlock_denial.h"
#include "base/confinement/own_user.h"
#include "base/confinement/server_calls.h"

namespace brood::egress {
namespace {

constexpr uint64_t kSocketTypeMask = 0xf;

// TCP to servers, UDP to name servers. A raw socket, a Unix one, netlink: none.
void allowSockets(SeccompFilter& filter) {
  for (const int family : {AF_INET, AF_INET6}) {
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
      filter.allow("socket", SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family)),
                   SCMP_A1(SCMP_CMP_MASKED_EQ, kSocketTypeMask, static_cast<scmp_datum_t>(type)));
    }
  }
}

std::optional<std::string> denyBySeccomp() {
  SeccompFilter filter;
  allowServerCalls(filter);
  allowSockets(filter);
  return filter.load();
}

}  // namespace

Confinement confine(const std::optional<Account>& account) {
  Confinement result;
  if (account) {
    becomeUserForGood(account->uid, account->gid);
  } else {
    forgoCapabilities();
  }
  result.note("own_user", account ? std::optional<std::string>() : "no user was named");
  forgoNewPrivileges();
  KJ_SYSCALL(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  result.layers.push_back("no_new_privs");
  if (kIsSanitized) {
    for (const char* layer : {"landlock", "seccomp"}) result.note(layer, "built with a sanitizer");
    return result;
  }
  loadWhatComesLater();
  result.note("landlock", denyByLandlock(TcpLeft::connecting));
  result.note("seccomp", denyBySeccomp());
  return result;
}

void raiseDescriptorLimit() {
  rlimit limit;
  KJ_SYSCALL(getrlimit(RLIMIT_NOFILE, &limit));
  limit.rlim_cur = limit.rlim_max;
  KJ_SYSCALL(setrlimit(RLIMIT_NOFILE, &limit));
}

}  // namespace brood::egress
