#pragma once
// A filter of system calls for a process of ours, built call by call.

#include <seccomp.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string>

namespace brood {

// A call that is not added fails with EPERM, and is logged where the kernel can. A foreign ABI ends
// the process.
class SeccompFilter {
 public:
  SeccompFilter();

  // Calls that this architecture does not have need no rule.
  template <typename... Comparisons>
  void allow(const char* name, Comparisons... comparisons) {
    add(SCMP_ACT_ALLOW, name, comparisons...);
  }
  // As if the kernel did not have it, for libraries that then take another call.
  void pretendAbsence(const char* name) { add(SCMP_ACT_ERRNO(ENOSYS), name); }
  // Calls that no library makes by mistake.
  void endWith(const char* name) { add(SCMP_ACT_KILL_PROCESS, name); }

  // In force from then on, for good. Why not, or nothing.
  std::optional<std::string> load();

 private:
  template <typename... Comparisons>
  void add(uint32_t action, const char* name, Comparisons... comparisons) {
    const int number = seccomp_syscall_resolve_name(name);
    if (!context_ || number == __NR_SCMP_ERROR) return;
    const int result =
        seccomp_rule_add(context_.get(), action, number, sizeof...(comparisons), comparisons...);
    if (result != -EDOM && result != -EINVAL) note(result);
  }
  void note(int result) {
    if (result < 0 && error_ == 0) error_ = -result;
  }

  std::unique_ptr<void, decltype(&seccomp_release)> context_;
  int error_ = 0;
};

}  // namespace brood
