#pragma once
// Covers files of /proc that describe only the host with an empty file or folder: the kernel's
// command line and configuration, boot id, interrupts, locks, keys, disks and file systems.
// Processors, memory, load, uptime and versions stay, because programs ask for them.
//
// Every mount of proc(5) shows these files of the whole machine. Each mask is a bind mount, which
// costs a slot 4 µs of CPU, so only the most revealing ones are masked.

namespace brood::zygote {

// Creates the empty file and folder in the template's /tmp, over which each slot later mounts its
// own /tmp. Throws.
void makeProcMasks(const char* templateRoot);

// In a slot's root, before its /tmp is mounted. What this kernel does not have is skipped.
// Allocates nothing. Returns 0 or errno.
int maskProc();

}  // namespace brood::zygote
