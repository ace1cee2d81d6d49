#pragma once
// The system calls a job may make.
//
// Three filters, each readable by itself, and the kernel takes the stricter answer:
//   arguments  everything is allowed but certain arguments (seccomp_arguments.h)
//   numbers    an allow-list; known privileged calls answer EPERM, all else ENOSYS, which is what
//              programs that probe for a feature expect from a kernel without it
//   tightening the few calls that zygotes and inits need to make sandboxes, and jobs may not make;
//              it is the last filter that a process of a job gets
// The long ones are installed in the zygote before its first fork: inheriting a filter costs
// nothing, installing one costs more than the fork. A worker installs the short one.

#include "zygote/layers/seccomp_arguments.h"

namespace brood::zygote {

// Compiled once in the zygote.
class SeccompPolicy {
 public:
  // How a process ends that makes a call nobody makes by mistake: modules, kexec, any call through
  // another ABI.
  enum class Fatal {
    kill,    // The kernel kills it.
    report,  // It waits, and whoever has the listener is told which call it was and ends it. The
             // argument rules leave other ABIs to the numbers then.
  };

  // Throws when libseccomp cannot.
  static SeccompPolicy compile(SeccompScope scope = SeccompScope::ownNamespaces,
                               Fatal fatal = Fatal::kill);
  // Whether libseccomp and the kernel know of listeners. They may refuse one all the same.
  static bool canReport();

  // On this thread and all it forks. Each returns 0 or errno.
  int installArgumentRules() const;
  int installNumbers() const;
  // For Fatal::report, and before the argument rules, which refuse listeners.
  int installNumbers(OwnedFd& listener) const;
  // In a worker, last of all. Allocates nothing. Only together with the numbers it is the policy.
  int installTightening() const;

 private:
  kj::Array<sock_filter> argumentRules_;
  kj::Array<sock_filter> numbers_;
  kj::Array<sock_filter> tightening_;
};

}  // namespace brood::zygote
