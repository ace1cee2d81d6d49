#include "zygote/slots/proc_masks.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <string>

#include "base/owned_fd.h"

namespace brood::zygote {
namespace {

constexpr const char* kEmptyFile = "tmp/masked-file";
constexpr const char* kEmptyFolder = "tmp/masked-folder";

// As seen from the slot's root.
constexpr const char* kFiles[] = {
    "proc/cmdline", "proc/config.gz", "proc/diskstats",  "proc/interrupts",
    "proc/keys",    "proc/locks",     "proc/partitions", "proc/sys/kernel/random/boot_id"};
constexpr const char* kFolders[] = {"proc/fs"};

int mask(const char* empty, const char* path) {
  if (::mount(empty, path, nullptr, MS_BIND, nullptr) == 0 || errno == ENOENT) return 0;
  return errno;
}

}  // namespace

void makeProcMasks(const char* templateRoot) {
  const std::string root = std::string(templateRoot) + "/";
  int fd;
  KJ_SYSCALL(
      fd = ::open((root + kEmptyFile).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  const OwnedFd file(fd);
  KJ_SYSCALL(::mkdir((root + kEmptyFolder).c_str(), 0555));
}

int maskProc() {
  for (const char* path : kFiles) {
    if (const int error = mask(kEmptyFile, path)) return error;
  }
  for (const char* path : kFolders) {
    if (const int error = mask(kEmptyFolder, path)) return error;
  }
  return 0;
}

}  // namespace brood::zygote
