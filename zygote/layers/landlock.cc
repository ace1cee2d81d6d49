#include "zygote/layers/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "base/owned_fd.h"
#include "base/policy/landlock_versions.h"
#include "zygote/layers/layer.h"

namespace brood::zygote {
namespace {

// linux/landlock.h as of version 7.
constexpr uint64_t kExecute = 1 << 0;
constexpr uint64_t kWriteFile = 1 << 1;
constexpr uint64_t kReadFile = 1 << 2;
constexpr uint64_t kReadDir = 1 << 3;
constexpr uint64_t kRemoveDir = 1 << 4;
constexpr uint64_t kRefer = 1 << 13;
constexpr uint64_t kMakeChar = 1 << 6;
constexpr uint64_t kMakeBlock = 1 << 11;
constexpr uint64_t kTruncate = 1 << 14;
constexpr uint64_t kIoctlDevice = 1 << 15;
constexpr uint64_t kOfFiles = kExecute | kWriteFile | kReadFile | kTruncate | kIoctlDevice;

constexpr uint64_t kAllTcp = (1 << 0) | (1 << 1);
constexpr uint64_t kAllScopes = (1 << 0) | (1 << 1);
constexpr unsigned kVersionWithScopes = 6;
constexpr int kRulePathBeneath = 1;
// A job must not be able to fill the host's audit log with its refusals.
constexpr unsigned kLogNothing = (1 << 0) | (1 << 2);

struct RulesetAttributes {
  uint64_t handledFileAccess;
  uint64_t handledNetAccess;  // Version 4.
  uint64_t scoped;            // Version 6.
};

struct [[gnu::packed]] PathBeneath {
  uint64_t allowedAccess;
  int32_t parentFd;
};

uint64_t fileAccessOf(unsigned version) {
  if (version >= 5) return (1 << 16) - 1;  // IOCTL_DEV
  if (version >= 3) return (1 << 15) - 1;  // TRUNCATE
  if (version >= 2) return (1 << 14) - 1;  // REFER
  return (1 << 13) - 1;
}

// An older kernel refuses attributes that it does not know, so it is given fewer.
size_t attributesSizeOf(unsigned version) {
  if (version >= 6) return sizeof(RulesetAttributes);
  if (version >= 4) return offsetof(RulesetAttributes, scoped);
  return offsetof(RulesetAttributes, handledNetAccess);
}

uint64_t accessOf(LandlockGrant grant) {
  switch (grant) {
    case LandlockGrant::readAndExecute:
      return kExecute | kReadFile | kReadDir;
    case LandlockGrant::readWriteAndExecute:
      return ~(kMakeChar | kMakeBlock | kIoctlDevice);
    case LandlockGrant::useDevices:
      return kReadFile | kReadDir | kWriteFile | kTruncate | kIoctlDevice;
    case LandlockGrant::removeDirectories:
      return kRemoveDir;
    case LandlockGrant::renameAnywhere:
      return kRefer;
  }
  return 0;
}

int addRule(int rulesetFd, const LandlockRule& rule, uint64_t handledAccess) {
  OwnedFd path(::open(rule.path, O_PATH | O_CLOEXEC));
  if (!path) return errno == ENOENT ? 0 : errno;
  struct stat info;
  if (::fstat(path.get(), &info) < 0) return errno;
  uint64_t access = accessOf(rule.grant) & handledAccess;
  if (!S_ISDIR(info.st_mode)) access &= kOfFiles;
  PathBeneath beneath = {access, path.get()};
  return errnoOf(::syscall(SYS_landlock_add_rule, rulesetFd, kRulePathBeneath, &beneath, 0u));
}

constexpr LandlockRule kSlotRules[] = {{"/", LandlockGrant::readAndExecute},
                                       {"/workspace", LandlockGrant::readWriteAndExecute},
                                       {"/tmp", LandlockGrant::readWriteAndExecute},
                                       {"/dev/shm", LandlockGrant::readWriteAndExecute},
                                       {"/dev", LandlockGrant::useDevices}};
constexpr LandlockRule kRenames[] = {{"/", LandlockGrant::renameAnywhere}};

}  // namespace

int restrictByLandlock(const LandlockPolicy& policy) {
  const unsigned version = landlockVersion();
  if (version == 0 || version < policy.minimumVersion) return EOPNOTSUPP;
  // A domain that does not speak of renames between directories forbids them.
  const RulesetAttributes attributes = {policy.denyPaths ? fileAccessOf(version) : kRefer,
                                        policy.denyTcp ? kAllTcp : 0,
                                        policy.scoped ? kAllScopes : 0};
  OwnedFd ruleset(static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &attributes, attributesSizeOf(version), 0u)));
  if (!ruleset) return errno;
  for (const auto& rule : policy.rules) {
    if (int error = addRule(ruleset.get(), rule, attributes.handledFileAccess)) return error;
  }
  const unsigned flags = version >= 7 ? kLogNothing : 0;
  return errnoOf(::syscall(SYS_landlock_restrict_self, ruleset.get(), flags));
}

LandlockPolicy slotLandlockPolicy() { return {.rules = kSlotRules}; }

LandlockPolicy sharedHostLandlockPolicy(kj::ArrayPtr<const LandlockRule> rules) {
  return {.rules = rules, .minimumVersion = kVersionWithScopes, .denyTcp = true};
}

LandlockPolicy ownProcessesOnly() {
  return {.rules = kRenames, .minimumVersion = kVersionWithScopes, .denyPaths = false};
}

LandlockPolicy noPaths() {
  return {.rules = nullptr, .minimumVersion = kVersionWithScopes, .scoped = false};
}

LandlockPolicy nothingAtAll() { return {.rules = nullptr, .minimumVersion = 1}; }

}  // namespace brood::zygote
