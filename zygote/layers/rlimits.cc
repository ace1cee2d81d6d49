#include "zygote/layers/rlimits.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/owned_fd.h"
#include "zygote/layers/layer.h"

namespace brood::zygote {
namespace {

constexpr rlim_t kStackBytes = 8 << 20;
constexpr rlim_t kMaxStackBytes = 64 << 20;
constexpr rlim_t kLockedBytes = 8 << 20;
// The one limit at which a core_pattern that is a program does not start it: core(5) calls it
// reserved, do_coredump() aborts there.
constexpr rlim_t kNoCore = 1;

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

// Returns the bytes that the kernel counts for RLIMIT_DATA, plus the stack; 0 if it does not say.
uint64_t dataBytesNow() {
  OwnedFd file(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  char text[256] = {};
  if (!file || ::read(file.get(), text, sizeof(text) - 1) <= 0) return 0;
  unsigned long long pages = 0;
  if (std::sscanf(text, "%*u %*u %*u %*u %*u %llu", &pages) != 1) return 0;
  return pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void forbidCoreDumps() {
  const rlimit none{kNoCore, kNoCore};
  // A process whose hard limit is 0 and that may not raise it is covered against core files, but
  // not against a program named by core_pattern.
  if (::setrlimit(RLIMIT_CORE, &none) < 0) lowerTo(RLIMIT_CORE, kNoCore, kNoCore);
}

int leaveHalfToTheHost() {
  rlimit now;
  if (::getrlimit(RLIMIT_SIGPENDING, &now) < 0) return errno;
  if (now.rlim_cur == RLIM_INFINITY) return 0;
  return lowerTo(RLIMIT_SIGPENDING, now.rlim_cur / 2, now.rlim_cur / 2);
}

int applyFixedLimits() {
  if (int error = lowerTo(RLIMIT_CORE, kNoCore, kNoCore)) return error;
  if (int error = lowerTo(RLIMIT_STACK, kStackBytes, kMaxStackBytes)) return error;
  // Queues outlive their processes, and their bytes are counted against the host's root as well.
  if (int error = lowerTo(RLIMIT_MSGQUEUE, 0, 0)) return error;
  // Jobs must not inherit the priorities that the user who started Brood may set.
  if (int error = lowerTo(RLIMIT_RTPRIO, 0, 0)) return error;
  if (int error = lowerTo(RLIMIT_NICE, 0, 0)) return error;
  return lowerTo(RLIMIT_MEMLOCK, kLockedBytes, kLockedBytes);
}

int applyLimits(const ProcessLimits& limits) {
  if (int error = lowerIfAsked(RLIMIT_FSIZE, limits.fileBytes)) return error;
  if (int error = lowerIfAsked(RLIMIT_NOFILE, limits.openFiles)) return error;
  if (int error = lowerIfAsked(RLIMIT_NPROC, limits.processes)) return error;
  if (int error = lowerIfAsked(RLIMIT_SIGPENDING, limits.signals)) return error;
  if (limits.dataBytes > 0) {
    if (int error = lowerIfAsked(RLIMIT_DATA, dataBytesNow() + limits.dataBytes)) return error;
  }
  return lowerIfAsked(RLIMIT_CPU, limits.cpuSeconds, 1);
}

int applyJobLimits(const ProcessLimits& limits) {
  if (int error = setIfAsked(RLIMIT_FSIZE, limits.fileBytes)) return error;
  if (int error = setIfAsked(RLIMIT_NOFILE, limits.openFiles)) return error;
  if (int error = setIfAsked(RLIMIT_NPROC, limits.processes)) return error;
  return setIfAsked(RLIMIT_CPU, limits.cpuSeconds, 1);
}

}  // namespace brood::zygote
