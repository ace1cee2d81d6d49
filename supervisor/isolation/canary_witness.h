#pragma once
// Things of the host that a sandbox must not reach, made for the purpose of being tried.

#include <string>
#include <vector>

#include "base/owned_fd.h"

namespace brood::supervisor {

// A file that anybody may read and write, an abstract socket that anybody may connect to, a lock on
// a directory that sandboxes show: what stops the canary is then the sandbox and not their
// permissions. Gone with the object.
class CanaryWitness {
 public:
  // `directory` is one that others may pass through. The lock is on the first of `shown` that is a
  // directory, and shared, so that it keeps nobody from reading; on none if there is none.
  CanaryWitness(const std::string& directory, const std::vector<std::string>& shown);
  ~CanaryWitness() noexcept;
  CanaryWitness(const CanaryWitness&) = delete;

  // These, the supervisor's namespaces and its pid, as the canary's arguments.
  std::vector<std::string> arguments() const;

 private:
  std::string path_;
  std::string socketName_;
  std::string lockedPath_;
  OwnedFd file_, socket_, lock_;
};

}  // namespace brood::supervisor
