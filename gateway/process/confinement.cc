#include "gateway/process/confinement.h"

#include <sys/socket.h>

#include "base/confinement/landlock_denial.h"
#include "base/confinement/server_calls.h"

namespace brood::gateway {
namespace {

std::optional<std::string> denyBySeccomp() {
  SeccompFilter filter;
  allowServerCalls(filter);
  // The supervisor's, again and again.
  filter.allow("socket", SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
  return filter.load();
}

}  // namespace

Confinement confine(const ServerAccount& account) {
  Confinement result;
  const std::string& why = account.sharedBecause;
  result.note("own_user", why.empty() ? std::optional<std::string>() : why);
  result.layers.push_back("no_new_privs");
  if (kIsSanitized) {
    for (const char* layer : {"landlock", "seccomp"}) result.note(layer, "built with a sanitizer");
    return result;
  }
  loadWhatComesLater();
  result.note("landlock", denyByLandlock(TcpLeft::none));
  result.note("seccomp", denyBySeccomp());
  return result;
}

}  // namespace brood::gateway
