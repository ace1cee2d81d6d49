#pragma once
// Landlock: which paths a process and all it starts may use, enforced by inode rather than by name.
//
// The kernel is asked for its version, and the most that it offers is used: access rights by path,
// and from version 6 on no signals to and no abstract sockets of anybody outside the process's own
// domain. The system calls are raw: Debian 12's headers are older than most of this.

#include <kj/common.h>

namespace brood::zygote {

enum class LandlockGrant {
  readAndExecute,
  readWriteAndExecute,  // All but making device nodes.
  useDevices,           // Write and ioctl of what is there.
  removeDirectories,
  renameAnywhere,
};

struct LandlockRule {
  const char* path;  // And all below. What does not exist is granted to nobody.
  LandlockGrant grant;
};

struct LandlockPolicy {
  kj::ArrayPtr<const LandlockRule> rules;
  // The first version refuses every rename between two directories, which jobs do.
  unsigned minimumVersion = 2;
  bool denyTcp = false;   // Version 4.
  bool denyPaths = true;  // All that no rule grants.
  bool scoped = true;     // No signals and no abstract sockets to the outside.
};

// Restricts this thread and what it starts, for good. It must have no_new_privs. Allocates nothing.
// Returns 0 or errno (EOPNOTSUPP: there is none, or it is too old).
int restrictByLandlock(const LandlockPolicy& policy);

// For a worker in a slot: read the root, write in the three places, use the harmless devices.
// /proc is read-only to it, whatever the owners of the files in there allow.
LandlockPolicy slotLandlockPolicy();

// For a job in a slot without namespaces: nothing but the rules, and nobody else's processes.
// Version 6 at least, without which it would reach them.
LandlockPolicy sharedHostLandlockPolicy(kj::ArrayPtr<const LandlockRule> rules);

// For a slot's init, which opens nothing any more.
LandlockPolicy nothingAtAll();

// A domain of processes that signal only each other, and are bound in nothing else. What those in
// it enter later lies within: who is in the outer one alone signals all, and nobody in it signals
// back.
LandlockPolicy ownProcessesOnly();
// No path, and signals as before: for one who is in charge of others in his domain.
LandlockPolicy noPaths();

}  // namespace brood::zygote
