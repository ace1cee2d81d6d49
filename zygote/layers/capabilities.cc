#include "zygote/layers/capabilities.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "zygote/layers/layer.h"

namespace brood::zygote {

int emptyCapabilityBounds() {
  // The kernel says where its list ends: EINVAL for the first number it does not know.
  int capability = 0;
  while (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) ++capability;
  if (errno != EINVAL || capability == 0) return errno;
  return clearAmbientCapabilities();
}

int clearAmbientCapabilities() {
  return errnoOf(::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
}

int requireUselessSecurebits() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, held) < 0) return errno;
  for (const auto& half : held) {
    if ((half.effective | half.permitted | half.inheritable) != 0) return EPERM;
  }
  uid_t real, effective, saved;
  if (::getresuid(&real, &effective, &saved) < 0) return errno;
  if (real == 0 || effective == 0 || saved == 0) return EPERM;
  return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : EPERM;
}

int lockSecurebits() {
  // NO_SETUID_FIXUP also keeps the sets as they are over the coming uid change, so that dropping
  // them is always our own act.
  constexpr unsigned long kLocked = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                                    SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                                    SECBIT_NO_CAP_AMBIENT_RAISE |
                                    SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
  return errnoOf(::prctl(PR_SET_SECUREBITS, kLocked, 0, 0, 0));
}

int dropAllCapabilitiesOnThisThread() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  return errnoOf(::syscall(SYS_capset, &header, none));
}

int forbidNewPrivileges() { return errnoOf(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }

}  // namespace brood::zygote
