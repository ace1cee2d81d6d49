#include "supervisor/sandboxes/workspace_size.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "supervisor/base/posix.h"

namespace brood::supervisor {
namespace {

void setOption(int contextFd, const char* name, uint64_t value) {
  const std::string text = std::to_string(value);
  KJ_SYSCALL(::syscall(SYS_fsconfig, contextFd, FSCONFIG_SET_STRING, name, text.c_str(), 0), name);
}

}  // namespace

OwnedFd openWorkspace(const ChildProcess& slotInit) {
  const std::string path = "/proc/" + std::to_string(slotInit.pid()) + "/root/workspace";
  OwnedFd workspace = openAt(AT_FDCWD, path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW);
  // Init was alive when its root was opened if it is alive now, so the pid was still its own.
  KJ_SYSCALL(::syscall(SYS_pidfd_send_signal, slotInit.pidfd(), 0, nullptr, 0), path);
  return workspace;
}

// Into the superblock and past the mount, whose flags stay as they are.
void resizeWorkspace(int workspaceFd, const WorkspaceSize& size) {
  int fd;
  KJ_SYSCALL(fd = static_cast<int>(
                 ::syscall(SYS_fspick, workspaceFd, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH)));
  OwnedFd context(fd);
  setOption(context.get(), "size", size.bytes);
  setOption(context.get(), "nr_inodes", size.inodes);
  KJ_SYSCALL(::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr, 0),
             "workspace", size.bytes, size.inodes);
}

}  // namespace brood::supervisor
