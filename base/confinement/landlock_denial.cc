#include "base/confinement/landlock_denial.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/owned_fd.h"
#include "base/policy/landlock_versions.h"

namespace brood {
namespace {

// landlock(7). Bits that are handled and not granted are denied: all of them.
struct RulesetAttributes {
  uint64_t handledFileAccess;
  uint64_t handledNetAccess;  // Version 4.
  uint64_t scoped;            // Version 6.
};
constexpr uint64_t kBindTcp = 1, kConnectTcp = 2;
constexpr uint64_t kAbstractSockets = 1, kSignals = 2;

uint64_t fileBits(unsigned version) {
  const unsigned count = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;
  return (1ull << count) - 1;
}

struct __attribute__((packed)) PathBeneath {
  uint64_t allowed;
  int32_t parent;
};
constexpr unsigned kPathBeneath = 1;
constexpr uint64_t kReadFile = 1ull << 2, kReadDir = 1ull << 3;
constexpr uint64_t kWriteFile = 1ull << 1, kRemoveFile = 1ull << 5, kMakeDir = 1ull << 7,
                   kMakeRegular = 1ull << 8, kTruncate = 1ull << 14;

std::optional<std::string> leave(int ruleset, const PathLeft& left, uint64_t handled) {
  const OwnedFd fd(::open(left.path.c_str(), O_PATH | O_CLOEXEC));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) return {};
  struct stat facts;
  if (!fd || ::fstat(fd.get(), &facts) < 0) return left.path + ": " + std::strerror(errno);
  uint64_t allowed = kReadFile | kReadDir;
  if (left.isWritable) allowed |= kWriteFile | kRemoveFile | kMakeDir | kMakeRegular | kTruncate;
  if (!S_ISDIR(facts.st_mode)) allowed &= kReadFile | kWriteFile | kTruncate;
  const PathBeneath rule{allowed & handled, fd.get()};
  if (::syscall(SYS_landlock_add_rule, ruleset, kPathBeneath, &rule, 0u) == 0) return {};
  return left.path + ": " + std::strerror(errno);
}

}  // namespace

std::optional<std::string> denyByLandlock(TcpLeft left, const std::vector<PathLeft>& paths) {
  const unsigned version = landlockVersion();
  if (version == 0) return std::strerror(errno);
  const uint64_t tcp = left == TcpLeft::none ? kBindTcp | kConnectTcp : kBindTcp;
  const RulesetAttributes attributes = {fileBits(version), tcp, kAbstractSockets | kSignals};
  const size_t size = version >= 6   ? sizeof(attributes)
                      : version >= 4 ? offsetof(RulesetAttributes, scoped)
                                     : offsetof(RulesetAttributes, handledNetAccess);
  OwnedFd ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0u)));
  if (!ruleset) return std::strerror(errno);
  for (const auto& path : paths) {
    if (auto why = leave(ruleset.get(), path, attributes.handledFileAccess)) return why;
  }
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0u) < 0) return std::strerror(errno);
  return {};
}

}  // namespace brood
