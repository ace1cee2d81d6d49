#include "base/policy/landlock_versions.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace brood {
namespace {

constexpr unsigned kAskVersion = 1 << 0;  // LANDLOCK_CREATE_RULESET_VERSION

// Version 4 restricts TCP, which slots have only among themselves; 7 keeps refusals out of the
// audit log, into which older versions write none.
constexpr struct {
  unsigned since;
  const char* what;
} kRestricted[] = {{3, "truncation"},
                   {5, "ioctl on devices"},
                   {6, "signals to processes outside"},
                   {6, "abstract sockets outside"}};

}  // namespace

unsigned landlockVersion() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  return version < 0 ? 0 : static_cast<unsigned>(version);
}

std::string landlockShortfall(unsigned version) {
  std::string lacking;
  for (auto& each : kRestricted) {
    if (version < each.since) lacking += (lacking.empty() ? "" : ", ") + std::string(each.what);
  }
  return lacking;
}

}  // namespace brood
