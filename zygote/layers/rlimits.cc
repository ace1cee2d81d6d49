#include "zygote/layers/rlimits.h"

#include <sys/resource.h>

#include <algorithm>

#include "zygote/layers/layer.h"

namespace brood {
namespace {

constexpr rlim_t kStackBytes = 8 << 20;
constexpr rlim_t kMaxStackBytes = 64 << 20;
constexpr rlim_t kLockedBytes = 8 << 20;

// Raising a hard limit takes a capability that no worker has; asking for more than there is means
// asking for what there is.
int lowerTo(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
  rlimit current;
  if (::getrlimit(resource, &current) < 0) return errno;
  rlimit wanted;
  wanted.rlim_max = std::min(hard, current.rlim_max);
  wanted.rlim_cur = std::min(soft, wanted.rlim_max);
  return errnoOf(::setrlimit(resource, &wanted));
}

// Without privileges a limit cannot be raised, so nobody need ask what it is: one call for each.
int setIfAsked(__rlimit_resource resource, uint64_t value, uint64_t hardExtra = 0) {
  if (value == 0) return 0;
  const rlimit wanted{value, value + hardExtra};
  if (::setrlimit(resource, &wanted) == 0) return 0;
  return errno == EPERM ? lowerTo(resource, value, value + hardExtra) : errno;
}

int lowerIfAsked(__rlimit_resource resource, uint64_t value, uint64_t hardExtra = 0) {
  return value == 0 ? 0 : lowerTo(resource, value, value + hardExtra);
}

}  // namespace

int applyFixedLimits() {
  if (int error = lowerTo(RLIMIT_CORE, 0, 0)) return error;
  if (int error = lowerTo(RLIMIT_STACK, kStackBytes, kMaxStackBytes)) return error;
  return lowerTo(RLIMIT_MEMLOCK, kLockedBytes, kLockedBytes);
}

int applyLimits(const ProcessLimits& limits) {
  if (int error = lowerIfAsked(RLIMIT_FSIZE, limits.fileBytes)) return error;
  if (int error = lowerIfAsked(RLIMIT_NOFILE, limits.openFiles)) return error;
  if (int error = lowerIfAsked(RLIMIT_NPROC, limits.processes)) return error;
  return lowerIfAsked(RLIMIT_CPU, limits.cpuSeconds, 1);
}

int applyJobLimits(const ProcessLimits& limits) {
  if (int error = setIfAsked(RLIMIT_FSIZE, limits.fileBytes)) return error;
  if (int error = setIfAsked(RLIMIT_NOFILE, limits.openFiles)) return error;
  if (int error = setIfAsked(RLIMIT_NPROC, limits.processes)) return error;
  return setIfAsked(RLIMIT_CPU, limits.cpuSeconds, 1);
}

}  // namespace brood
