#pragma once
// Roots for slots whose inodes are their own: overlays over the template and over each directory in
// it.
//
// Locks (flock(2), fcntl(2)) and watches belong to an inode, and a bind mount shows the inodes of
// what it is of: a job's lock on a file in /usr would block the host and all other jobs. The inodes
// of an overlay are its own since Linux 4.19, while memory and page cache stay those of the files
// below. An overlay is in one slot at a time. Making one costs little and its first use a lookup of
// each file, so it is used again: once the init of its slot has been reaped, and with it every
// process of the slot's PID namespace, all locks in it have gone with whoever had them, and nothing
// else in it can be changed.
//
// Each is kept in a mount namespace of its own, of which a slot's is a copy: every mount costs each
// copy.

#include <sys/types.h>

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/owned_fd.h"

namespace brood::zygote {

// Where such a root is, in its mount namespace, and an empty directory that overlays need.
constexpr const char* kOwnRootPath = "/own";
constexpr const char* kNothingPath = "/nothing";

// A mount of the template that could only be bound, with all that is mounted below. Devices are not
// among them: where they are bound there is no other way, and they have no content to keep another
// from.
struct SharedMount {
  std::string path;  // As slots see it: "/usr".
  int errnoValue;    // Why.
};

// Lives in a process with CAP_SYS_ADMIN and one thread, whose root is the template's stage, and
// which is in a mount namespace of the pool only between enter() and comeHome().
class RootPool {
 public:
  // procFd: a /proc of this process's PID namespace, borrowed. Throws where not even the first of
  // them can be made.
  explicit RootPool(int procFd);
  RootPool(const RootPool&) = delete;

  // Empty: all of a slot's read-only inodes are its own.
  const std::vector<SharedMount>& shared() const { return shared_; }

  // Into a mount namespace that no slot has, with kOwnRootPath in it. Returns 0, or the errno with
  // which this process is where it was.
  int enter();
  // Hands the entered root to the slot of this init; frees it again if `init` is not above 0. Ends
  // the process if the way back is barred.
  void comeHome(pid_t init);
  // Reaped, which the last process of a PID namespace is when all others have been.
  void noteEnded(pid_t init);

 private:
  OwnedFd openCurrent() const;
  int enterNew();
  int makeRoot();
  bool noteShared(const std::string& path, int errnoValue);
  void goHome() const;

  const int procFd_;
  const std::vector<std::string> mounts_;  // The template's, each after the one it is mounted on.
  const OwnedFd home_;
  bool isFirst_ = true;  // True until the first root has been made.
  std::vector<SharedMount> shared_;
  OwnedFd entered_;
  std::unordered_map<pid_t, OwnedFd> ofSlots_;
  std::deque<OwnedFd> free_;  // Oldest first.
};

// The mount points at or below `root`, each once and after those above it. `mountinfo`: proc(5).
std::vector<std::string> mountPointsBelow(const std::string& root, const std::string& mountinfo);

}  // namespace brood::zygote
