#pragma once
// How much a slot's /workspace may hold: a tmpfs with caps on bytes and on inodes.

#include <cstdint>

#include "base/owned_fd.h"
#include "config/job_limits.h"
#include "supervisor/processes/child_process.h"

namespace brood::supervisor {

struct WorkspaceSize {
  uint64_t bytes = 0;
  uint64_t inodes = 0;

  static WorkspaceSize of(const JobLimits& limits) {
    return {limits.workspaceBytes, limits.workspaceInodes};
  }
  bool operator==(const WorkspaceSize&) const = default;
};

// A slot's /workspace, by a descriptor (O_PATH) that no job can make mean something else.
OwnedFd openWorkspace(const ChildProcess& slotInit);

// Changes the caps. Costs a few system calls and needs CAP_SYS_ADMIN over the slot's user
// namespace. Throws if it cannot be done.
void resizeWorkspace(int workspaceFd, const WorkspaceSize& size);

}  // namespace brood::supervisor
