#include "zygote/layers/seccomp_policy.h"

#include <errno.h>

#include "zygote/layers/seccomp_tables.h"

namespace brood {
namespace {

kj::Array<sock_filter> compileNumbers(SeccompScope scope) {
  SeccompFilterBuilder filter(SCMP_ACT_ERRNO(ENOSYS));
  for (auto theme : allowedSyscalls()) {
    for (const char* name : theme) filter.add(SCMP_ACT_ALLOW, name);
  }
  if (scope == SeccompScope::ownNamespaces) {
    for (const char* name : interprocessSyscalls()) filter.add(SCMP_ACT_ALLOW, name);
  }
  for (const char* name : sandboxMakersProbed()) filter.add(SCMP_ACT_ALLOW, name);
  for (const char* name : sandboxMakersPrivileged()) filter.add(SCMP_ACT_ALLOW, name);
  for (const char* name : privilegedSyscalls()) filter.add(SCMP_ACT_ERRNO(EPERM), name);
  for (const char* name : fatalSyscalls()) filter.add(SCMP_ACT_KILL_PROCESS, name);
  return filter.build();
}

kj::Array<sock_filter> compileTightening() {
  SeccompFilterBuilder filter(SCMP_ACT_ALLOW);
  for (const char* name : sandboxMakersProbed()) filter.add(SCMP_ACT_ERRNO(ENOSYS), name);
  for (const char* name : sandboxMakersPrivileged()) filter.add(SCMP_ACT_ERRNO(EPERM), name);
  return filter.build();
}

}  // namespace

SeccompPolicy SeccompPolicy::compile(SeccompScope scope) {
  SeccompPolicy policy;
  policy.argumentRules_ = compileArgumentRules(scope);
  policy.numbers_ = compileNumbers(scope);
  policy.tightening_ = compileTightening();
  return policy;
}

int SeccompPolicy::installArgumentRules() const { return installSeccompFilter(argumentRules_); }

int SeccompPolicy::installNumbers() const { return installSeccompFilter(numbers_); }

int SeccompPolicy::installTightening() const { return installSeccompFilter(tightening_); }

}  // namespace brood
