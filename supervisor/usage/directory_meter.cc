#include "supervisor/usage/directory_meter.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace brood::supervisor {
namespace {

constexpr uint64_t kBlockBytes = 512;  // The unit of st_blocks, whatever the file system.
constexpr size_t kMostOpen = 16;
constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
// Beyond this a file that has several names is counted for each.
constexpr size_t kMostLinked = 65'536;
constexpr size_t kMostInOne = 200'000;

// Also where its owner has closed it to himself: what is in there counts all the same, and to look
// at that takes more than a descriptor. So it stays open to its owner.
OwnedFd openClosed(int pathFd) {
  struct stat info;
  if (pathFd < 0 || ::fstat(pathFd, &info) < 0) return {};
  const std::string path = "/proc/self/fd/" + std::to_string(pathFd);
  if (::chmod(path.c_str(), (info.st_mode & 07777) | 0500) < 0) return {};
  return OwnedFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

// Without a name the directory itself.
OwnedFd openFolder(int parentFd, const char* name) {
  OwnedFd folder(::openat(parentFd, name == nullptr ? "." : name, kDirectoryFlags));
  if (folder || errno != EACCES) return folder;
  if (name == nullptr) return openClosed(parentFd);
  OwnedFd closed(::openat(parentFd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  return openClosed(closed.get());
}

bool isDotName(const char* name) {
  return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0;
}

}  // namespace

void DirectoryMeter::restart() {
  path_.clear();
  linked_.clear();
  nextRoot_ = 0;
  bytes_ = inodes_ = 0;
}

bool DirectoryMeter::step(size_t names) {
  names_ = 0;
  while (names_ < names) {
    if (path_.empty()) {
      if (nextRoot_ == roots_.size()) {
        restart();
        return true;
      }
      enter(roots_[nextRoot_++].get(), nullptr);
      continue;
    }
    if (path_.back().listing != nullptr) {
      goOnListing(path_.back(), names);
      continue;
    }
    auto& folders = path_.back().folders;
    if (folders.empty()) {
      if (!leave()) restart();
      continue;
    }
    const std::string name = std::move(folders.back());
    folders.pop_back();
    enter(path_.back().fd.get(), name.c_str());
  }
  return false;
}

void DirectoryMeter::enter(int parentFd, const char* name) {
  ++names_;
  Level level;
  level.fd = openFolder(parentFd, name);
  struct stat info;
  if (!level.fd || ::fstat(level.fd.get(), &info) < 0) return;
  level.device = info.st_dev;
  level.inode = info.st_ino;
  count(info);
  beginListing(level);
  path_.push_back(std::move(level));
  if (path_.size() > kMostOpen) path_[path_.size() - 1 - kMostOpen].fd.reset();
}

bool DirectoryMeter::leave() {
  Level left = std::move(path_.back());
  path_.pop_back();
  if (path_.empty() || path_.back().fd) return true;
  path_.back().fd = OwnedFd(::openat(left.fd.get(), "..", kDirectoryFlags));
  if (!path_.back().fd && errno == EACCES) hidden_ = true;
  struct stat info;
  return path_.back().fd && ::fstat(path_.back().fd.get(), &info) == 0 &&
         info.st_dev == path_.back().device && info.st_ino == path_.back().inode;
}

void DirectoryMeter::beginListing(Level& level) const {
  // It has to itself the position that a listing leaves it at, and nobody may close it meanwhile.
  const int fd = ::fcntl(level.fd.get(), F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return;
  level.listing.reset(::fdopendir(fd));
  if (level.listing == nullptr) ::close(fd);
}

void DirectoryMeter::goOnListing(Level& level, size_t names) {
  const int fd = ::dirfd(level.listing.get());
  while (names_ < names) {
    const dirent* entry = ::readdir(level.listing.get());
    // More than any limit allows is as good as all.
    if (entry == nullptr || ++level.listed > kMostInOne) return level.listing.reset();
    if (isDotName(entry->d_name)) continue;
    ++names_;
    struct stat info;
    if (::fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) < 0) {
      // Closed again under the walk.
      if (errno == EACCES) hidden_ = true;
      continue;
    }
    if (S_ISDIR(info.st_mode)) {
      level.folders.emplace_back(entry->d_name);
    } else {
      count(info);
    }
  }
}

void DirectoryMeter::count(const struct stat& info) {
  if (!S_ISDIR(info.st_mode) && info.st_nlink > 1) {
    const std::pair<dev_t, ino_t> file{info.st_dev, info.st_ino};
    if (linked_.contains(file)) return;
    if (linked_.size() < kMostLinked) linked_.insert(file);
  }
  bytes_ += static_cast<uint64_t>(info.st_blocks) * kBlockBytes;
  ++inodes_;
  peakBytes_ = std::max(peakBytes_, bytes_);
  peakInodes_ = std::max(peakInodes_, inodes_);
}

}  // namespace brood::supervisor
