#include "zygote/slots/root_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <sstream>
#include <utility>

#include "zygote/layers/layer.h"
#include "zygote/slots/root_template.h"

namespace brood::zygote {
namespace {

// Kept, with a slot or without, from the start on. Slots beyond that have roots that end with them.
constexpr size_t kKept = 32;

// Without a layer to write to there must be two. Everything by which an overlay could follow what
// is written in attributes of the files below is off, and so is what would make inode numbers so
// large that a double does not hold them.
constexpr const char* kOptions =
    "lowerdir=.:/nothing,xino=off,index=off,metacopy=off,redirect_dir=nofollow,nfs_export=off";

constexpr unsigned long kStatNoSymlinkFollowing = 0x2000;  // linux/statfs.h, of Linux 5.10.
constexpr unsigned long kNoSymlinkFollowing = 256;

std::string readAll(int directoryFd, const char* path) {
  OwnedFd file(::openat(directoryFd, path, O_RDONLY | O_CLOEXEC));
  std::string text;
  char block[4096];
  ssize_t count = file ? 0 : -1;
  while (file && (count = ::read(file.get(), block, sizeof(block))) > 0) text.append(block, count);
  KJ_REQUIRE(count == 0, "cannot read in /proc", path, strerror(errno));
  return text;
}

// Spaces, tabs, newlines and backslashes are written as three octal digits.
std::string unescape(const std::string& text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      plain += static_cast<char>(std::stoi(text.substr(i + 1, 3), nullptr, 8));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// An overlay is not mounted as what it is of, so the flags of that are set anew.
unsigned long flagsOf(const char* path) {
  struct statvfs info;
  if (::statvfs(path, &info) < 0) return MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
  // The first four bits have the same meaning in both.
  unsigned long flags = (info.f_flag & (ST_RDONLY | ST_NOSUID | ST_NODEV | ST_NOEXEC)) | MS_RDONLY;
  if ((info.f_flag & kStatNoSymlinkFollowing) != 0) flags |= kNoSymlinkFollowing;
  return flags;
}
static_assert(int{ST_RDONLY} == int{MS_RDONLY} && int{ST_NOSUID} == int{MS_NOSUID} &&
              int{ST_NODEV} == int{MS_NODEV} && int{ST_NOEXEC} == int{MS_NOEXEC});

bool isBelow(const std::string& path, const std::string& directory) {
  return path.starts_with(directory + "/");
}

// The lower directory is named by ".", which no character in a path can be mistaken in.
int mountOverlay(const std::string& of, const std::string& at) {
  if (::chdir(of.c_str()) < 0) return errno;
  return errnoOf(::mount("brood", at.c_str(), "overlay", flagsOf(of.c_str()), kOptions));
}

}  // namespace

std::vector<std::string> mountPointsBelow(const std::string& root, const std::string& mountinfo) {
  std::set<std::string> points;
  std::istringstream lines(mountinfo);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string id, parent, device, directory, point;
    fields >> id >> parent >> device >> directory >> point;
    point = unescape(point);
    if (point == root || isBelow(point, root)) points.insert(point);
  }
  return {points.begin(), points.end()};
}

RootPool::RootPool(int procFd)
    : procFd_(procFd),
      mounts_(mountPointsBelow(kTemplatePath, readAll(procFd, "self/mountinfo"))),
      home_(openCurrent()) {
  KJ_REQUIRE(static_cast<bool>(home_), "no /proc/self/ns/mnt to come back to", strerror(errno));
  while (free_.size() < kKept) {
    if (const int error = enterNew()) KJ_FAIL_SYSCALL("mount", error, "overlay");
    comeHome(-1);
    isFirst_ = false;
  }
}

OwnedFd RootPool::openCurrent() const {
  return OwnedFd(::openat(procFd_, "self/ns/mnt", O_RDONLY | O_CLOEXEC));
}

int RootPool::enter() {
  if (free_.empty()) return enterNew();
  if (::setns(free_.front().get(), CLONE_NEWNS) < 0) return errno;
  entered_ = std::move(free_.front());
  free_.pop_front();
  return 0;
}

int RootPool::enterNew() {
  int error = errnoOf(::unshare(CLONE_NEWNS));
  if (error == 0) error = makeRoot();
  if (error == 0) {
    entered_ = openCurrent();
    if (!entered_) error = errno;
  }
  if (error != 0) goHome();
  return error;
}

// Afterwards the template itself is not there any more: what is over it holds it by itself.
int RootPool::makeRoot() {
  std::string bound;
  for (const auto& path : mounts_) {
    // It has come with what it is mounted on.
    if (!bound.empty() && isBelow(path, bound)) continue;
    struct stat info;
    if (::lstat(path.c_str(), &info) < 0) continue;  // Another mount hides it.
    const std::string at = kOwnRootPath + path.substr(std::strlen(kTemplatePath));
    if (S_ISDIR(info.st_mode)) {
      const int error = mountOverlay(path, at);
      if (error == 0) continue;
      if (!noteShared(path, error)) return error;
    } else if (!S_ISCHR(info.st_mode) && !noteShared(path, ENOTDIR)) {
      return ENOTDIR;
    }
    if (::mount(path.c_str(), at.c_str(), nullptr, MS_BIND | MS_REC, nullptr) < 0) return errno;
    bound = path;
  }
  if (::chdir("/") < 0) return errno;
  return errnoOf(::umount2(kTemplatePath, MNT_DETACH));
}

// Every later root must have the mounts that the first one had. The template is required: without
// it there is nothing to mount the others on.
bool RootPool::noteShared(const std::string& path, int errnoValue) {
  const std::string inSlot = path.substr(std::strlen(kTemplatePath));
  if (isFirst_ && !inSlot.empty()) shared_.push_back({inSlot, errnoValue});
  return std::any_of(shared_.begin(), shared_.end(),
                     [&](const SharedMount& each) { return each.path == inSlot; });
}

void RootPool::goHome() const {
  if (::setns(home_.get(), CLONE_NEWNS) < 0) ::abort();
}

void RootPool::comeHome(pid_t init) {
  OwnedFd root = std::exchange(entered_, {});
  goHome();
  const bool isOneTooMany = ofSlots_.size() + free_.size() >= kKept;
  if (init > 0 && !isOneTooMany) ofSlots_.emplace(init, std::move(root));
  if (init <= 0 && !isOneTooMany) free_.push_back(std::move(root));
}

void RootPool::noteEnded(pid_t init) {
  const auto found = ofSlots_.find(init);
  if (found == ofSlots_.end()) return;
  free_.push_back(std::move(found->second));
  ofSlots_.erase(found);
}

}  // namespace brood::zygote
