#pragma once
// The runtime directory as this supervisor's claim: one living supervisor each.

#include <string>

#include "config/config.h"
#include "host/tier.h"
#include "rpc/owned_fd.h"

namespace brood {

// Creates the directory and its content, and holds its lock for life. Throws, naming the holder's
// pid, when another supervisor has it, or when the directory is somebody else's.
class Instance {
 public:
  Instance(const SupervisorConfig& config, Tier tier);
  ~Instance() noexcept(false);
  Instance(const Instance&) = delete;

  // One path component, the same for every supervisor on the same directory: what a successor
  // finds its predecessor's cgroups by.
  const std::string& name() const { return name_; }
  const std::string& directory() const { return directory_; }
  const std::string& stagingDir() const { return stagingDir_; }
  const std::string& socketPath() const { return socketPath_; }
  const std::string& adminSocketPath() const { return adminSocketPath_; }

  // Lets the owner connect to the listening socket and, unless `group` is empty, that group; as an
  // ordinary user the owner only.
  void openSocketToGroup(const std::string& group) const;

 private:
  std::string name_;
  std::string directory_;  // Absolute, without links.
  std::string stagingDir_;
  std::string socketPath_;
  std::string adminSocketPath_;
  const Tier tier_;
  OwnedFd lock_;
};

}  // namespace brood
