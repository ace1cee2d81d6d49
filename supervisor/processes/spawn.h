#pragma once
// Starting a zygote or the egress broker: the one place where the supervisor forks.

#include <sys/types.h>

#include <string>
#include <vector>

namespace brood::supervisor {

// Forks and executes a zygote binary with the control socket as descriptor 3, /dev/null as stdin,
// our stderr as stdout and stderr, no other descriptor and an environment of its own that holds
// nothing of ours but `preload`, the path of a library to load before any other; it may be empty.
// Throws if it cannot be executed.
pid_t spawnZygote(const std::string& binary, int controlFd, const std::string& preload);

// Starts brood-egress in this way, with arguments and with nothing of ours in its environment.
pid_t spawnBroker(const std::string& binary, const std::vector<std::string>& arguments,
                  int controlFd);

}  // namespace brood::supervisor
