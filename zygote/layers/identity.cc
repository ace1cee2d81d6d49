#include "zygote/layers/identity.h"

#include <grp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "zygote/layers/layer.h"

namespace brood::zygote {

// Raw calls: glibc's wrappers would synchronise threads that a cloned init does not have.
int becomeInside(unsigned id) {
  // Nobody changes groups below a user namespace of an ordinary user: they stay his, and mean
  // nothing to what is mounted in a slot. Whoever lacks the capability fails at the next call.
  if (::syscall(SYS_setgroups, 0, nullptr) < 0 && errno != EPERM) return errno;
  if (::syscall(SYS_setresgid, id, id, id) < 0) return errno;
  return errnoOf(::syscall(SYS_setresuid, id, id, id));
}

}  // namespace brood::zygote
