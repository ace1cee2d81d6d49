#include "zygote/layers/seccomp_policy.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "zygote/layers/seccomp_tables.h"

namespace brood::zygote {
namespace {

constexpr uint64_t kLow32Bits = 0xffffffff;

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
  for (const char* name : writingOutSyscalls()) filter.add(SCMP_ACT_ERRNO(0), name);
  for (const char* name : privilegedSyscalls()) filter.add(SCMP_ACT_ERRNO(EPERM), name);
  for (const char* name : fatalSyscalls()) filter.add(fatalAction, name);
  return filter.build();
}

// Refuses the calls that namespaces would make harmless. It applies to workers only: caretakers
// change modes by path, and a worker makes itself dumpable and mortal with its keeper before.
void refuseReachingOut(SeccompFilterBuilder& filter) {
  constexpr uint32_t kNotPermitted = SCMP_ACT_ERRNO(EPERM);
  for (const char* name : pathChangers()) filter.add(kNotPermitted, name);
  for (const char* name : addressedSockets()) filter.add(SCMP_ACT_ERRNO(EACCES), name);
  for (const char* name : attributesByPath()) filter.add(SCMP_ACT_ERRNO(EOPNOTSUPP), name);
  // futimens(3) has no path.
  filter.add(kNotPermitted, "utimensat", SCMP_A1(SCMP_CMP_NE, 0));
  // A process that cannot be looked into hides the memory and the files that it holds.
  for (uint64_t option : {PR_SET_PDEATHSIG, PR_SET_DUMPABLE}) {
    filter.add(kNotPermitted, "prctl", SCMP_A0(SCMP_CMP_MASKED_EQ, kLow32Bits, option));
  }
}

// The machine code of filters has one bound for the whole host (net.core.bpf_jit_limit). The answer
// is that of a kernel without filters; strict mode it does not give to who has one.
void refuseFilters(SeccompFilterBuilder& filter) {
  constexpr uint32_t kUnknown = SCMP_ACT_ERRNO(EINVAL);
  filter.add(kUnknown, "seccomp", SCMP_A0(SCMP_CMP_MASKED_EQ, kLow32Bits, SECCOMP_SET_MODE_FILTER));
  filter.add(kUnknown, "prctl", SCMP_A0(SCMP_CMP_MASKED_EQ, kLow32Bits, PR_SET_SECCOMP),
             SCMP_A1(SCMP_CMP_MASKED_EQ, kLow32Bits, SECCOMP_MODE_FILTER));
}

// With a limit of 1 there is no core dump of any kind. With 0, which is what programs set that want
// none, a program that core_pattern names starts all the same, as the host's root: core(5).
void keepCoreLimit(SeccompFilterBuilder& filter) {
  const auto ofCores = SCMP_A1(SCMP_CMP_MASKED_EQ, kLow32Bits, RLIMIT_CORE);
  filter.add(SCMP_ACT_ERRNO(0), "setrlimit", SCMP_A0(SCMP_CMP_MASKED_EQ, kLow32Bits, RLIMIT_CORE));
  filter.add(SCMP_ACT_ERRNO(0), "prlimit64", ofCores, SCMP_A2(SCMP_CMP_NE, 0),
             SCMP_A3(SCMP_CMP_EQ, 0));
  // It would have to say what the limit was before.
  filter.add(SCMP_ACT_ERRNO(EPERM), "prlimit64", ofCores, SCMP_A2(SCMP_CMP_NE, 0),
             SCMP_A3(SCMP_CMP_NE, 0));
}

// Other ABIs are left to the numbers, which may want them reported.
kj::Array<sock_filter> compileTightening(SeccompScope scope) {
  SeccompFilterBuilder filter(SCMP_ACT_ALLOW, SCMP_ACT_ALLOW);
  for (const char* name : sandboxMakersProbed()) filter.add(SCMP_ACT_ERRNO(ENOSYS), name);
  for (const char* name : sandboxMakersPrivileged()) filter.add(SCMP_ACT_ERRNO(EPERM), name);
  refuseFilters(filter);
  keepCoreLimit(filter);
  if (scope != SeccompScope::ownNamespaces) {
    for (const char* name : landlockSyscalls()) filter.add(SCMP_ACT_ERRNO(ENOSYS), name);
  }
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

}  // namespace brood::zygote
