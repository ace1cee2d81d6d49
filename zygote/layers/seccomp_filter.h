#pragma once
// One seccomp filter: built with libseccomp, kept as the kernel's instructions, installed anywhere.

#include <kj/array.h>
#include <linux/filter.h>
#include <seccomp.h>

#include <memory>

#include "base/owned_fd.h"

namespace brood::zygote {

// One filter under construction. Throws where libseccomp refuses.
class SeccompFilterBuilder {
 public:
  // `foreignAction` is for other architectures and x32 numbers.
  explicit SeccompFilterBuilder(uint32_t defaultAction,
                                uint32_t foreignAction = SCMP_ACT_KILL_PROCESS);

  // All comparisons must hold. Arguments that the kernel takes as 32 bits must be compared masked:
  // a comparison of 64 could be dodged with a high bit.
  template <typename... Comparisons>
  void add(uint32_t action, const char* syscallName, Comparisons... comparisons) {
    const scmp_arg_cmp list[sizeof...(comparisons) + 1] = {comparisons...};
    addRule(action, syscallName, kj::arrayPtr(list, sizeof...(comparisons)));
  }

  kj::Array<sock_filter> build() const;

 private:
  struct Release {
    void operator()(scmp_filter_ctx context) const { seccomp_release(context); }
  };

  void addRule(uint32_t action, const char* syscallName,
               kj::ArrayPtr<const scmp_arg_cmp> comparisons);

  std::unique_ptr<void, Release> context_;
};

// On this thread, which must have no_new_privs or CAP_SYS_ADMIN. Allocates nothing. Returns 0 or
// errno.
int installSeccompFilter(kj::ArrayPtr<const sock_filter> filter);

// As above, and `listener` becomes the descriptor on which the kernel reports the calls that the
// filter answers with SCMP_ACT_NOTIFY (seccomp_unotify(2)). Without a listener they get ENOSYS.
int installSeccompFilter(kj::ArrayPtr<const sock_filter> filter, OwnedFd& listener);

}  // namespace brood::zygote
