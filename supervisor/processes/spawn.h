#pragma once
// Starting a zygote: the one place where the supervisor forks.

#include <sys/types.h>

#include <string>

namespace brood {

// Forks and executes a zygote binary with the control socket as descriptor 3, /dev/null as stdin,
// our stderr as stdout and stderr, no other descriptor and an environment of its own that holds
// nothing of ours but `preload`, the path of a library to load before any other; it may be empty.
// Throws if it cannot be executed.
pid_t spawnZygote(const std::string& binary, int controlFd, const std::string& preload);

}  // namespace brood
