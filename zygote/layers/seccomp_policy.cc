#include "zygote/layers/seccomp_policy.h"

#include <errno.h>
#include <sys/prctl.h>

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

// What namespaces would make harmless. Only a worker's: caretakers change modes by path, and a
// worker makes itself dumpable and mortal with its keeper before.
void refuseReachingOut(SeccompFilterBuilder& filter) {
  constexpr uint32_t kNotPermitted = SCMP_ACT_ERRNO(EPERM);
  for (const char* name : pathChangers()) filter.add(kNotPermitted, name);
  for (const char* name : addressedSockets()) filter.add(SCMP_ACT_ERRNO(EACCES), name);
  for (const char* name : attributesByPath()) filter.add(SCMP_ACT_ERRNO(EOPNOTSUPP), name);
  for (const char* name : fileWatchers()) filter.add(SCMP_ACT_ERRNO(ENOSYS), name);
  // futimens(3) has no path.
  filter.add(kNotPermitted, "utimensat", SCMP_A1(SCMP_CMP_NE, 0));
  // A process that cannot be looked into hides the memory and the files that it holds.
  for (uint64_t option : {PR_SET_PDEATHSIG, PR_SET_DUMPABLE}) {
    filter.add(kNotPermitted, "prctl", SCMP_A0(SCMP_CMP_MASKED_EQ, 0xffffffff, option));
  }
}

// Other ABIs are left to the numbers, which may want them reported.
kj::Array<sock_filter> compileTightening(SeccompScope scope) {
  SeccompFilterBuilder filter(SCMP_ACT_ALLOW, SCMP_ACT_ALLOW);
  for (const char* name : sandboxMakersProbed()) filter.add(SCMP_ACT_ERRNO(ENOSYS), name);
  for (const char* name : sandboxMakersPrivileged()) filter.add(SCMP_ACT_ERRNO(EPERM), name);
  if (scope == SeccompScope::sharedNamespaces) refuseReachingOut(filter);
  return filter.build();
}

}  // namespace

SeccompPolicy SeccompPolicy::compile(SeccompScope scope, Fatal fatal) {
  const uint32_t fatalAction = fatal == Fatal::kill ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_NOTIFY;
  SeccompPolicy policy;
  // The kernel takes a kill before a report.
  policy.argumentRules_ =
      compileArgumentRules(scope, fatal == Fatal::kill ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ALLOW);
  policy.numbers_ = compileNumbers(scope, fatalAction);
  policy.tightening_ = compileTightening(scope);
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
