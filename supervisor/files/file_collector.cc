#include "supervisor/files/file_collector.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/utf8.h"
#include "supervisor/base/clock.h"
#include "supervisor/files/relative_path.h"

namespace brood::supervisor {
namespace {

constexpr uint64_t kWorkPerStep = 1'000;
constexpr uint64_t kWorkOfOpening = 20;
constexpr size_t kReadBytes = 256 * 1024;
constexpr uint64_t kBytesPerWork = 1'024;
// The bound on NamePattern::matches(). One name against all patterns may take millions.
constexpr uint64_t kMatchesPerWork = 200;
constexpr uint64_t kMatchesAtOnce = 100'000;
constexpr uint64_t kMostMatchWork = 100'000'000;
constexpr size_t kMostSkippedListed = 100;

// One name beneath `directoryFd`, opened for looking only; never through a link or a mount. An
// older kernel, or one that is not Linux's, does not know the strict call; a single name without
// link following is the same but for mounts, which the caller tells by the device.
OwnedFd lookAt(int directoryFd, const char* name) {
  open_how how = {};
  how.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  const long fd = ::syscall(SYS_openat2, directoryFd, name, &how, sizeof(how));
  if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) return OwnedFd(static_cast<int>(fd));
  return OwnedFd(::openat(directoryFd, name, static_cast<int>(how.flags)));
}

// The very file that `pathFd` stands for, opened for reading.
OwnedFd reopen(int pathFd) {
  const std::string link = "/proc/self/fd/" + std::to_string(pathFd);
  // Non-blocking: a lease on the file makes the open fail instead of wait.
  return OwnedFd(::open(link.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

const char* refusalOf(const struct stat& info) {
  if (S_ISLNK(info.st_mode)) return "symlink";
  if (S_ISFIFO(info.st_mode)) return "fifo";
  if (S_ISSOCK(info.st_mode)) return "socket";
  if (!S_ISREG(info.st_mode)) return "device";
  if (info.st_nlink != 1) return "hard_link";
  return nullptr;
}

bool isDots(const char* name) {
  return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0;
}

}  // namespace

FileCollector::FileCollector(int rootFd, GlobSet patterns, CollectLimits limits)
    : rootFd_(rootFd), patterns_(std::move(patterns)), limits_(limits) {}

kj::Promise<void> FileCollector::collectAll(kj::Timer& timer, std::function<void()> atPause) {
  if (step()) return kj::READY_NOW;
  if (atPause) atPause();
  return timer.afterDelay(0 * kj::SECONDS)
      .then([this, &timer, atPause = std::move(atPause)]() mutable {
        return collectAll(timer, std::move(atPause));
      });
}

bool FileCollector::step() {
  work_ = 0;
  if (!started_) {
    started_ = true;
    OwnedFd root(::openat(rootFd_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // A job may close its own directory to its user, who may be ours.
    if (!root && errno == EACCES) {
      skip(".", "unreadable");
      return true;
    }
    if (!root) KJ_FAIL_SYSCALL("openat", errno, "the directory to collect from");
    struct stat info;
    KJ_SYSCALL(::fstat(root.get(), &info));
    device_ = info.st_dev;
    enter(kj::mv(root), "", patterns_.start());
  }
  if (monotonicNow() >= limits_.giveUpAt) giveUp("took_too_long");
  while (work_ < kWorkPerStep) {
    if (reading_) {
      readOn();
    } else if (matching_) {
      matchOn();
    } else if (levels_.empty()) {
      std::sort(files_.begin(), files_.end(),
                [](const auto& a, const auto& b) { return a.path < b.path; });
      return true;
    } else if (auto name = nextName(levels_.back())) {
      matching_.emplace(Matching{std::move(*name), {}});
    } else if (!levels_.empty()) {
      levels_.pop_back();
    }
  }
  return false;
}

void FileCollector::enter(OwnedFd directory, std::string path, GlobSet::Places places) {
  Level level;
  work_ += kWorkOfOpening;
  if (auto names = patterns_.onlyNames(places)) {
    level.names = std::move(*names);
    std::reverse(level.names.begin(), level.names.end());
    level.fd = kj::mv(directory);
  } else {
    // The stream takes the descriptor over.
    const int fd = directory.release();
    level.listing.reset(::fdopendir(fd));
    if (level.listing == nullptr) {
      ::close(fd);
      return skip(std::move(path), "unreadable");
    }
  }
  level.path = std::move(path);
  level.places = std::move(places);
  levels_.push_back(std::move(level));
}

std::optional<std::string> FileCollector::nextName(Level& level) {
  work_ += 1;
  if (level.listing == nullptr) {
    if (level.names.empty()) return {};
    auto name = std::move(level.names.back());
    level.names.pop_back();
    return name;
  }
  for (;;) {
    const dirent* entry = ::readdir(level.listing.get());
    if (entry == nullptr) return {};
    if (isDots(entry->d_name)) continue;
    if (++namesSeen_ > limits_.maxNames) {
      giveUp("too_many_names");
      return {};
    }
    return std::string(entry->d_name);
  }
}

// Work of many short names adds up to a unit, too.
void FileCollector::matchOn() {
  const uint64_t before = matchWork_;
  const bool isMatched = patterns_.goOn(levels_.back().places, matching_->name, matching_->step,
                                        matchWork_, before + kMatchesAtOnce);
  work_ += matchWork_ / kMatchesPerWork - before / kMatchesPerWork;
  if (matchWork_ > kMostMatchWork) return giveUp("too_much_to_match");
  if (!isMatched) return;
  const Matching matched = std::move(*matching_);
  matching_.reset();
  if (matched.step.isMatch || !matched.step.below.empty()) visit(matched.name, matched.step);
}

void FileCollector::visit(const std::string& name, GlobSet::Step step) {
  const Level& level = levels_.back();

  const int directoryFd = level.listing == nullptr ? level.fd.get() : ::dirfd(level.listing.get());
  work_ += kWorkOfOpening;
  std::string path = level.path + name;
  OwnedFd found = lookAt(directoryFd, name.c_str());
  struct stat info;
  if (!found || ::fstat(found.get(), &info) < 0) {
    // Gone, or never there: a pattern without wildcards need not match.
    if (errno == ENOENT || errno == ENOTDIR) return;
    return skip(std::move(path), errno == EXDEV ? "other_file_system" : "unreadable");
  }
  if (info.st_dev != device_) return skip(std::move(path), "other_file_system");
  if (S_ISDIR(info.st_mode)) {
    return visitDirectory(kj::mv(found), std::move(path), std::move(step));
  }
  // Somebody named it on the way to a file.
  const bool wasNamed = step.isMatch || level.listing == nullptr;
  if (!wasNamed || (!step.isMatch && !S_ISLNK(info.st_mode))) return;
  if (!isUtf8(path)) return skip(std::move(path), "invalid_name");
  if (const char* reason = refusalOf(info)) return skip(std::move(path), reason);
  startReading(found, std::move(path));
}

void FileCollector::visitDirectory(OwnedFd directory, std::string path, GlobSet::Step step) {
  if (step.below.empty()) return skip(std::move(path), "directory");
  if (levels_.size() >= kMaxPathParts) return skip(std::move(path), "too_deep");
  OwnedFd readable(::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!readable) return skip(std::move(path), "unreadable");
  enter(kj::mv(readable), path + "/", std::move(step.below));
}

void FileCollector::startReading(const OwnedFd& file, std::string path) {
  work_ += kWorkOfOpening;
  if (files_.size() >= limits_.maxFiles) return skip(std::move(path), "too_many_files");
  Reading reading;
  reading.fd = reopen(file.get());
  struct stat info;
  if (!reading.fd || ::fstat(reading.fd.get(), &info) < 0) {
    return skip(std::move(path), "unreadable");
  }
  const auto size = static_cast<uint64_t>(info.st_size);
  if (size > limits_.maxFileBytes) return skip(std::move(path), "too_large");
  if (size > limits_.maxTotalBytes - totalBytes_) return skip(std::move(path), "total_too_large");
  reading.file.path = std::move(path);
  reading.file.executable = (info.st_mode & S_IXUSR) != 0;
  reading.file.content.reserve(size);
  reading_ = std::move(reading);
}

// The size was true for a moment; what counts is what comes.
void FileCollector::readOn() {
  auto& content = reading_->file.content;
  const size_t before = content.size();
  const uint64_t most = std::min(limits_.maxFileBytes, limits_.maxTotalBytes - totalBytes_);
  // One byte more than allowed tells the end from the rest.
  const size_t wanted = std::min<uint64_t>(kReadBytes, most + 1 - before);
  content.resize(before + wanted);
  const ssize_t count = ::read(reading_->fd.get(), content.data() + before, wanted);
  if (count < 0 && errno == EINTR) return content.resize(before);
  content.resize(before + (count > 0 ? static_cast<size_t>(count) : 0));
  work_ += 1 + (content.size() - before) / kBytesPerWork;

  Reading done;
  if (count > 0 && content.size() <= most) return;
  std::swap(done, *reading_);
  reading_.reset();
  if (count < 0) return skip(std::move(done.file.path), "unreadable");
  if (count > 0) return skip(std::move(done.file.path), "too_large");
  totalBytes_ += done.file.content.size();
  files_.push_back(std::move(done.file));
}

void FileCollector::skip(std::string path, const char* reason) {
  ++skippedTotal_;
  if (skipped_.size() < kMostSkippedListed) skipped_.push_back({std::move(path), reason});
}

// All that has not been looked at stands for one, by the directory that it was about to be found
// in.
void FileCollector::giveUp(const char* reason) {
  if (levels_.empty() && !reading_) return;
  if (reading_) {
    skip(std::move(reading_->file.path), reason);
  } else {
    const std::string& path = levels_.back().path;
    skip(path.empty() ? "." : path, reason);
  }
  reading_.reset();
  matching_.reset();
  levels_.clear();
}

}  // namespace brood::supervisor
