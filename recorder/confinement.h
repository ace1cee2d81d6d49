#pragma once
// Confinement of the recorder: the little that it may still ask of the kernel.

#include <string>
#include <vector>

#include "base/confinement/confinement.h"
#include "config/config.h"

namespace brood::recorder {

struct OpenPaths {
  std::vector<std::string> readable;  // Files and folders, with all in them.
  std::vector<std::string> writable;  // Folders likewise.
};

// Ids that are the recorder's alone, or why there are none.
struct RecorderAccount {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string missingBecause;
};

// The user `brood-recorder`; if there is none, uid and gid sandbox.uid_base - 3, which sandboxes do
// not use.
RecorderAccount recorderAccount(const Config& config);

// Gives up for good what it takes for anything but reading and writing these paths and speaking to
// servers: the user that it was (as root; without ids of its own it stays root without
// capabilities), with Landlock every other path, every port of its own and every signal to others,
// with seccomp every other system call, programs to execute, executable memory, and sockets of this
// host, whose services would trust it. Root's files (keys, certificates) stay readable
// by one capability, CAP_DAC_OVERRIDE, which Landlock bounds to the paths above. Call with one
// thread, once the socket is listened on and before threads are started.
Confinement confine(const OpenPaths& paths, const RecorderAccount& account);

}  // namespace brood::recorder
