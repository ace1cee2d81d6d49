#pragma once
// Measures a job's directories, where no file system of its own counts them.
//
// A walk beneath held descriptors, through no link, a number of names at a time. The job may be at
// it meanwhile: what moves away under the walk makes it start again.

#include <dirent.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/owned_fd.h"

namespace brood::supervisor {

class DirectoryMeter {
 public:
  // Descriptors of directories.
  explicit DirectoryMeter(std::vector<OwnedFd> roots) : roots_(std::move(roots)) {}

  // The next step begins a walk.
  void restart();
  // Goes on for so many names, wherever that is. True when that has completed a walk.
  bool step(size_t names);

  // The most that a walk has found, a complete one or the one under way.
  uint64_t bytes() const { return peakBytes_; }
  // Somewhere a walk could not go on although nothing had moved: what it would find is not known.
  bool hidden() const { return hidden_; }
  // Files and directories, those directories included.
  uint64_t inodes() const { return peakInodes_; }

 private:
  using Listing = std::unique_ptr<DIR, int (*)(DIR*)>;
  // A directory on the way down to where the walk is.
  struct Level {
    OwnedFd fd;  // Open only while few levels are; those furthest up are opened again.
    dev_t device;
    ino_t inode;
    std::vector<std::string> folders;       // In it, still to be entered.
    Listing listing{nullptr, &::closedir};  // Until all of it has been seen.
    size_t listed = 0;
  };

  // It becomes the deepest level, if it can be opened. Without a name it is the root itself.
  void enter(int parentFd, const char* name);
  // False if the way back is not where it was.
  bool leave();
  void beginListing(Level& level) const;
  // Up to so many of this turn's names in all.
  void goOnListing(Level& level, size_t names);
  void count(const struct stat& info);

  std::vector<OwnedFd> roots_;
  size_t nextRoot_ = 0;
  std::vector<Level> path_;
  std::set<std::pair<dev_t, ino_t>> linked_;  // Files with several names, seen in this walk.
  uint64_t bytes_ = 0, inodes_ = 0, names_ = 0;
  uint64_t peakBytes_ = 0, peakInodes_ = 0;
  bool hidden_ = false;
};

}  // namespace brood::supervisor
