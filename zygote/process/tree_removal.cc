#include "zygote/process/tree_removal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

#include "base/owned_fd.h"

namespace brood::zygote {
namespace {

// Folders below this depth are moved up: descriptors, two for each folder, stay few, and no path is
// ever too long.
constexpr int kMaxDepth = 128;
// Each takes so much off the deepest tree. This many where somebody still makes files.
constexpr int kMaxPasses = 4096;

// A folder that its owner may not enter or change is one no more.
void openUp(int parentFd, const char* name) {
  OwnedFd folder(::openat(parentFd, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return;
  char path[64];
  std::snprintf(path, sizeof(path), "/proc/self/fd/%d", folder.get());
  // The raw call: the library that jobs live with (runtimes/preload/) is loaded here, too, and
  // makes chmod(3) an open, which the mode forbids.
  ::syscall(SYS_chmod, path, 0700);
}

bool isDotName(const char* name) {
  return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0;
}

class Remover {
 public:
  explicit Remover(int topFd) : topFd_(topFd) {}

  // Whether nothing was left to remove.
  bool pass() { return emptied(topFd_, 0); }
  // Counts everything that has been removed or moved so far.
  uint64_t progress() const { return removed_ + moved_; }

 private:
  // Also empties the directories below. The descriptor is borrowed.
  bool emptied(int fd, int depth) {
    ::fchmod(fd, 0700);
    // Not a copy of the descriptor: those have one position together.
    const int listedFd = ::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* listing = listedFd < 0 ? nullptr : ::fdopendir(listedFd);
    if (listing == nullptr) {
      if (listedFd >= 0) ::close(listedFd);
      return false;
    }
    bool nothingLeft = true;
    while (const dirent* entry = ::readdir(listing)) {
      if (!isDotName(entry->d_name) && !remove(fd, entry->d_name, depth)) nothingLeft = false;
    }
    ::closedir(listing);
    return nothingLeft;
  }

  bool remove(int parentFd, const char* name, int depth) {
    if (removed(parentFd, name, 0) || removed(parentFd, name, AT_REMOVEDIR)) return true;
    if (depth == kMaxDepth) {
      moveUp(parentFd, name);
      return false;
    }
    openUp(parentFd, name);
    OwnedFd folder(::openat(parentFd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder) return false;
    const bool isEmpty = emptied(folder.get(), depth + 1);
    return removed(parentFd, name, AT_REMOVEDIR) && isEmpty;
  }

  bool removed(int parentFd, const char* name, int flags) {
    if (::unlinkat(parentFd, name, flags) < 0) return errno == ENOENT;
    ++removed_;
    return true;
  }

  // Taking a folder from its parent changes its "..", for which it must be writable.
  void moveUp(int parentFd, const char* name) {
    openUp(parentFd, name);
    char above[32];
    std::snprintf(above, sizeof(above), "removed-%u", ++moved_);
    ::renameat(parentFd, name, topFd_, above);
  }

  const int topFd_;
  uint64_t removed_ = 0;
  unsigned moved_ = 0;
};

}  // namespace

bool emptyDirectory(int directoryFd) {
  Remover remover(directoryFd);
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    const uint64_t before = remover.progress();
    if (remover.pass()) return true;
    if (remover.progress() == before) return false;
  }
  return false;
}

}  // namespace brood::zygote
