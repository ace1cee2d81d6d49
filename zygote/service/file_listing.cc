#include "zygote/service/file_listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <vector>

#include "rpc/wire/file_frames.h"

namespace brood::zygote {
namespace {

// Each level holds a descriptor.
constexpr uint32_t kMaxDepth = 64;
// They are held to be sorted, and a folder can be as large as its file system.
constexpr size_t kMaxNames = 1 << 16;

int64_t millisOf(const timespec& time) {
  return int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

void append(kj::Vector<kj::byte>& records, const void* data, size_t size) {
  const auto* bytes = static_cast<const kj::byte*>(data);
  records.addAll(bytes, bytes + size);
}

class Lister {
 public:
  Lister(kj::Vector<kj::byte>& records, uint64_t length)
      : records_(records), end_(records.size() + length) {}

  bool isCutOff() const { return isCutOff_ || wasTooMany_; }

  void list(OwnedFd folder, const std::string& toldPath, uint32_t depth) {
    const std::string prefix = toldPath == "/" ? "/" : toldPath + "/";
    for (const auto& name : namesIn(folder.get())) {
      if (isCutOff_) return;
      const size_t before = records_.size();
      // A file that has gone meanwhile is not there.
      if (addRecord(records_, folder.get(), name.c_str(), prefix + name) != 0) continue;
      if (records_.size() > end_) {
        records_.resize(before);
        isCutOff_ = true;
        return;
      }
      if (depth > 1) enter(folder.get(), name, prefix, depth);
    }
  }

 private:
  void enter(int parentFd, const std::string& name, const std::string& prefix, uint32_t depth) {
    OwnedFd below(
        ::openat(parentFd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (below) list(kj::mv(below), prefix + name, depth - 1);
  }

  std::vector<std::string> namesIn(int fd) {
    std::vector<std::string> names;
    const int listedFd = ::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (listedFd < 0) return names;
    std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(listedFd), ::closedir);
    if (listing == nullptr) {
      ::close(listedFd);
      return names;
    }
    while (const dirent* entry = ::readdir(listing.get())) {
      const std::string name(entry->d_name);
      if (name == "." || name == "..") continue;
      if (names.size() == kMaxNames) {
        wasTooMany_ = true;
        break;
      }
      names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  kj::Vector<kj::byte>& records_;
  const uint64_t end_;
  bool isCutOff_ = false;
  bool wasTooMany_ = false;
};

}  // namespace

int addRecord(kj::Vector<kj::byte>& records, int parentFd, const char* name,
              const std::string& toldPath) {
  struct stat info;
  if (::fstatat(parentFd, name, &info, AT_SYMLINK_NOFOLLOW) < 0) return errno;
  char target[PATH_MAX];
  ssize_t targetBytes = 0;
  if (S_ISLNK(info.st_mode)) {
    targetBytes = ::readlinkat(parentFd, name, target, sizeof(target));
    if (targetBytes < 0) return errno;
  }
  FileRecord record;
  record.mode = info.st_mode;
  record.userId = info.st_uid;
  record.groupId = info.st_gid;
  record.pathBytes = static_cast<uint32_t>(toldPath.size());
  record.targetBytes = static_cast<uint32_t>(targetBytes);
  record.size = static_cast<uint64_t>(info.st_size);
  record.modifiedMs = millisOf(info.st_mtim);
  append(records, &record, sizeof(record));
  append(records, toldPath.data(), toldPath.size());
  append(records, target, static_cast<size_t>(targetBytes));
  return 0;
}

bool listFolder(kj::Vector<kj::byte>& records, OwnedFd folder, const std::string& toldPath,
                uint32_t depth, uint64_t length) {
  Lister lister(records, length);
  lister.list(kj::mv(folder), toldPath, std::clamp<uint32_t>(depth, 1, kMaxDepth));
  return !lister.isCutOff();
}

}  // namespace brood::zygote
