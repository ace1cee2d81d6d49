#pragma once
// Fetches files out of a directory whose owner is hostile, and may still be at it.
//
// No path of more than one name is ever resolved and no link is followed: directories are entered
// one by one, and what is read is first looked at through a descriptor that opens nothing. All is
// bounded: names looked at, depth, files, bytes, matching, time, and the work of one step().

#include <dirent.h>
#include <kj/array.h>
#include <kj/async.h>
#include <kj/timer.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/owned_fd.h"
#include "supervisor/files/glob.h"

namespace brood::supervisor {

// Enough for all that may be collected, where many collect at the same time.
constexpr auto kCollectBound = 10 * kj::SECONDS;

struct CollectLimits {
  size_t maxFiles = 0;
  uint64_t maxFileBytes = 0;
  uint64_t maxTotalBytes = 0;
  size_t maxNames = 0;
  kj::TimePoint giveUpAt;  // By monotonicNow(). What has not been looked at by then is skipped.
};

struct CollectedFile {
  std::string path;  // Valid UTF-8, relative to the root.
  std::vector<kj::byte> content;
  bool executable = false;
};

// Matched and not taken. The reasons are words for programs.
struct SkippedFile {
  std::string path;  // May be any bytes.
  const char* reason;
};

class FileCollector {
 public:
  // `rootFd` is borrowed; an O_PATH descriptor will do.
  FileCollector(int rootFd, GlobSet patterns, CollectLimits limits);
  KJ_DISALLOW_COPY(FileCollector);

  // A piece of the work that takes about a millisecond; true when there is no more. Throws only
  // when the root itself cannot be opened.
  bool step();
  // All steps, with pauses, for others are served by the same thread. `atPause`: before each.
  kj::Promise<void> collectAll(kj::Timer& timer, std::function<void()> atPause = {});

  // Sorted by path once step() has said true.
  const std::vector<CollectedFile>& files() const { return files_; }
  std::vector<CollectedFile> takeFiles() { return std::move(files_); }
  // The first of them.
  const std::vector<SkippedFile>& skipped() const { return skipped_; }
  uint64_t skippedTotal() const { return skippedTotal_; }

 private:
  struct CloseDir {
    void operator()(DIR* directory) const { ::closedir(directory); }
  };
  struct Level {
    OwnedFd fd;
    std::string path;  // "" for the root, else with a slash at the end.
    GlobSet::Places places;
    std::unique_ptr<DIR, CloseDir> listing;  // Or, where that is enough:
    std::vector<std::string> names;          // Last first.
  };
  struct Reading {
    OwnedFd fd;
    CollectedFile file;
  };
  struct Matching {
    std::string name;
    GlobSet::Step step;
  };

  void enter(OwnedFd directory, std::string path, GlobSet::Places places);
  // Nothing: the directory is done with.
  std::optional<std::string> nextName(Level& level);
  void matchOn();
  void visit(const std::string& name, GlobSet::Step step);
  void visitDirectory(OwnedFd directory, std::string path, GlobSet::Step step);
  void startReading(const OwnedFd& file, std::string path);
  void readOn();
  void skip(std::string path, const char* reason);
  void giveUp(const char* reason);

  const int rootFd_;
  const GlobSet patterns_;
  const CollectLimits limits_;
  dev_t device_ = 0;
  bool started_ = false;
  std::vector<Level> levels_;
  std::optional<Matching> matching_;
  std::optional<Reading> reading_;
  size_t namesSeen_ = 0;
  uint64_t work_ = 0;  // Since the beginning of this step, in units of about a microsecond.
  uint64_t matchWork_ = 0;
  uint64_t totalBytes_ = 0;
  std::vector<CollectedFile> files_;
  std::vector<SkippedFile> skipped_;
  uint64_t skippedTotal_ = 0;
};

}  // namespace brood::supervisor
