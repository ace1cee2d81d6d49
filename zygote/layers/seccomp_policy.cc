#include "zygote/layers/seccomp_policy.h"

#include <errno.h>

#include "zygote/layers/seccomp_tables.h"

namespace brood {
namespace {

kj::Array<sock_filter> compileNumbers(SeccompScope scope, uint32_t fatalAction) {
  SeccompFilterBuilder filter(SCMP_ACT_ERRNO(ENOSYS), fatalAction);
  for (auto theme : allowedSyscalls()) {
    for (const char* name : theme) filter.add(SCMP_ACT_ALLOW, name);
  }
  if (scope == SeccompScope::ownNamespaces) {
    for (const char* name : interprocessSyscalls()) filter.add(SCMP_ACT_ALLOW, name);
  }
  for (const char* name : sandboxMakersProbed()) filter.add(SCMP_ACT_ALLOW, name);
  for (const char* name : sandboxMakersPrivileged()) filter.add(SCMP_ACT_ALLOW, name);
  for (const char* name : privilegedSyscalls()) filter.add(SCMP_ACT_ERRNO(EPERM), name);
  for (const char* name : fatalSyscalls()) filter.add(fatalAction, name);
  return filter.build();
}

// Other ABIs are left to the numbers, which may want them reported.
kj::Array<sock_filter> compileTightening() {
  SeccompFilterBuilder filter(SCMP_ACT_ALLOW, SCMP_ACT_ALLOW);
  for (const char* name : sandboxMakersProbed()) filter.add(SCMP_ACT_ERRNO(ENOSYS), name);
  for (const char* name : sandboxMakersPrivileged()) filter.add(SCMP_ACT_ERRNO(EPERM), name);
  return filter.build();
}

}  // namespace

SeccompPolicy SeccompPolicy::compile(SeccompScope scope, Fatal fatal) {
  const uint32_t fatalAction = fatal == Fatal::kill ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_NOTIFY;
  SeccompPolicy policy;
  // The kernel takes a kill before a report.
  policy.argumentRules_ = compileArgumentRules(
      scope, fatal == Fatal::kill ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ALLOW);
  policy.numbers_ = compileNumbers(scope, fatalAction);
  policy.tightening_ = compileTightening();
  return policy;
}

int SeccompPolicy::installArgumentRules() const { return installSeccompFilter(argumentRules_); }

bool SeccompPolicy::canReport() {
  constexpr unsigned kLevelWithNotify = 5;  // seccomp_api_get(3)
  return seccomp_api_get() >= kLevelWithNotify;
}

int SeccompPolicy::installNumbers(OwnedFd& listener) const {
  return installSeccompFilter(numbers_, listener);
}

int SeccompPolicy::installNumbers() const { return installSeccompFilter(numbers_); }

int SeccompPolicy::installTightening() const { return installSeccompFilter(tightening_); }

}  // namespace brood
