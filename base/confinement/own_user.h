#pragma once
// A process that becomes a user of its own, and no more than that.

#include <sys/types.h>

namespace brood {

// Becomes the user for good, without any other group and without any capability but `kept`, if the
// process has that one (-1: none); a parent's death still ends the process where it did. Throws if
// it cannot. Only as root.
void becomeUserForGood(uid_t uid, gid_t gid, int kept = -1);

// Whether both ids exist in this user namespace.
bool areMapped(uid_t uid, gid_t gid);

// For a process that stays who it is: as root of a user namespace it has every capability there.
// With the privileges below forgone, it gets none back.
void forgoCapabilities();

// No program that the process could start would have more rights than it has.
void forgoNewPrivileges();

}  // namespace brood
