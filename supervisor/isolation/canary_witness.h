#pragma once
// Things of the host that a sandbox must not reach, made for the purpose of being tried.

#include <string>
#include <vector>

#include "rpc/owned_fd.h"

namespace brood {

// A file that anybody may read and write, an abstract socket that anybody may connect to: what
// stops the canary is then the sandbox and not their permissions. Gone with the object.
class CanaryWitness {
 public:
  // `directory` is one that others may pass through.
  explicit CanaryWitness(const std::string& directory);
  ~CanaryWitness() noexcept;
  CanaryWitness(const CanaryWitness&) = delete;

  // These, the supervisor's namespaces and its pid, as the canary's arguments.
  std::vector<std::string> arguments() const;

 private:
  std::string path_;
  std::string socketName_;
  OwnedFd file_, socket_;
};

}  // namespace brood
