#pragma once
// The system calls a job may make.
//
// Two filters, each readable by itself, and the kernel takes the stricter answer:
//   arguments  everything is allowed but certain arguments (namespace flags of clone, socket
//              families, terminal injection)
//   numbers    an allow-list; known privileged calls answer EPERM, all else ENOSYS, which is what
//              programs that probe for a feature expect from a kernel without it
// A foreign architecture and x32 numbers kill the process in both.

#include <kj/array.h>
#include <linux/filter.h>

namespace brood {

// Compiled once in the zygote, before the first fork; installed in each worker.
class SeccompPolicy {
 public:
  // Compiles with libseccomp. Throws when it cannot.
  static SeccompPolicy compile();

  // Installs both filters on this thread, which must have no_new_privs. Allocates nothing.
  // Returns 0 or errno.
  int installOnThisThread() const;

 private:
  kj::Array<sock_filter> argumentRules_;
  kj::Array<sock_filter> allowList_;
};

}  // namespace brood
