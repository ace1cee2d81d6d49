#include "base/confinement/seccomp_filter.h"

#include <cerrno>
#include <cstring>

namespace brood {

SeccompFilter::SeccompFilter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release) {
  note(context_ ? 0 : -ENOMEM);
  if (!context_) return;
  note(seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
  // A tree over the numbers: this is on the way of every byte.
  note(seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2));
  // Where the kernel cannot log (before 4.14) it refuses without.
  seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_LOG, 1);
}

std::optional<std::string> SeccompFilter::load() {
  if (error_ == 0) note(seccomp_load(context_.get()));
  if (error_ == 0) return {};
  return std::strerror(error_);
}

}  // namespace brood
