#pragma once
// The parts that both cgroup versions share: mount points, our directory in a hierarchy, its
// clean-up.

#include <string>
#include <vector>

#include "base/owned_fd.h"

namespace brood::supervisor {

struct CgroupMount {
  std::string path;
  std::vector<std::string> controllers;  // Version 1 only.
  bool version2 = false;
};

// The cgroup and cgroup2 mounts of this process, from /proc/self/mountinfo.
std::vector<CgroupMount> findCgroupMounts();

// One hierarchy's <mount>/<parent>/<instance>, created if need be. Owns the instance directory:
// the destructor removes it (never the parent's other content).
class CgroupBase {
 public:
  CgroupBase(const std::string& mount, const std::string& parent, const std::string& instance);
  ~CgroupBase() noexcept(false);
  CgroupBase(CgroupBase&&) = default;

  int dirFd() const { return instanceDir_.get(); }
  const std::string& path() const { return path_; }

  // Kills the processes of every group inside and removes the groups. Returns their number.
  size_t sweep();

 private:
  std::string path_;
  std::string parentPath_;
  OwnedFd instanceDir_;
};

// A child directory of a CgroupBase; removed by the destructor.
class CgroupDir {
 public:
  CgroupDir() = default;
  CgroupDir(int baseFd, const std::string& name);
  ~CgroupDir() noexcept(false);
  CgroupDir(CgroupDir&& other) noexcept;
  CgroupDir& operator=(CgroupDir&& other) noexcept;
  CgroupDir(const CgroupDir&) = delete;

  int fd() const { return dir_.get(); }

 private:
  int baseFd_ = -1;  // Borrowed from the CgroupBase, which outlives every group.
  std::string name_;
  OwnedFd dir_;
};

}  // namespace brood::supervisor
