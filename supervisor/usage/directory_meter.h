#pragma once
// What a job has in its directories, where no file system of its own counts it.
//
// A walk beneath held descriptors, through no link, a number of names at a time. The job may be at
// it meanwhile: what moves away under the walk makes it start again.

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "rpc/owned_fd.h"

namespace brood {

class DirectoryMeter {
 public:
  // Borrowed descriptors of directories.
  explicit DirectoryMeter(std::vector<int> roots) : roots_(std::move(roots)) {}

  // The next step begins a walk.
  void restart();
  // Goes on for so many names. True when that has completed a walk.
  bool step(size_t names);

  // The most that a walk has found, a complete one or the one under way.
  uint64_t bytes() const { return peakBytes_; }
  // Somewhere a walk could not go on although nothing had moved: what it would find is not known.
  bool hidden() const { return hidden_; }
  // Files and directories, those directories included.
  uint64_t inodes() const { return peakInodes_; }

 private:
  // A directory on the way down to where the walk is.
  struct Level {
    OwnedFd fd;  // Of those furthest up only while there are few.
    dev_t device;
    ino_t inode;
    std::vector<std::string> folders;  // In it, still to be entered.
  };

  // Lists it and becomes the deepest level. False if it cannot be opened. Null: a root.
  bool enter(int parentFd, const char* name);
  // False if the way back is not where it was.
  bool leave();
  void list(Level& level);
  void count(const struct stat& info);

  const std::vector<int> roots_;
  size_t nextRoot_ = 0;
  std::vector<Level> path_;
  std::set<std::pair<dev_t, ino_t>> linked_;  // Files with several names, seen in this walk.
  uint64_t bytes_ = 0, inodes_ = 0, names_ = 0;
  uint64_t peakBytes_ = 0, peakInodes_ = 0;
  bool hidden_ = false;
};

}  // namespace brood
