#pragma once
// The runtime directory as this supervisor's claim: one living supervisor each.

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/owned_fd.h"
#include "config/config.h"
#include "host/tier.h"

namespace brood::supervisor {

// Lets the group (config/gateway_account.h) into the directory, and nobody else but the owner. For
// whoever will then enter a user namespace, in which there is no such group.
void openDirectoryToGroup(const SupervisorConfig& config, std::optional<gid_t> group);

// Creates the directory and its content, and holds its lock for life. Throws, naming the holder's
// pid, when another supervisor has it, or when the directory is somebody else's.
class Instance {
 public:
  // `byRoot`: who started us is root on the host, so that the gateway is somebody else. In the tier
  // `user` openDirectoryToGroup() has then said who may connect.
  Instance(const SupervisorConfig& config, Tier tier, bool byRoot = false);
  ~Instance() noexcept(false);
  Instance(const Instance&) = delete;

  // One path component, the same for every supervisor on the same directory: what a successor
  // finds its predecessor's cgroups by.
  const std::string& name() const { return name_; }
  const std::string& directory() const { return directory_; }
  const std::string& stagingDir() const { return stagingDir_; }
  const std::string& socketPath() const { return socketPath_; }
  const std::string& adminSocketPath() const { return adminSocketPath_; }

  // Lets the owner connect to the listening socket and, if there is one, that group; as an ordinary
  // user the owner only.
  void openSocketToGroup(std::optional<gid_t> group) const;

 private:
  std::string name_;
  std::string directory_;  // Absolute, without links.
  std::string stagingDir_;
  std::string socketPath_;
  std::string adminSocketPath_;
  const Tier tier_;
  const bool groupIsAtDoor_;  // True if everybody who gets into the directory may connect.
  OwnedFd lock_;
};

}  // namespace brood::supervisor
