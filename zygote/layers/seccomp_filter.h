#pragma once
// One seccomp filter: built with libseccomp, kept as the kernel's instructions, installed anywhere.

#include <kj/array.h>
#include <linux/filter.h>
#include <seccomp.h>

#include <memory>

namespace brood {

// One filter under construction. Throws where libseccomp refuses. A foreign architecture and x32
// numbers kill the process in every filter.
class SeccompFilterBuilder {
 public:
  explicit SeccompFilterBuilder(uint32_t defaultAction);

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

}  // namespace brood
