#include "supervisor/usage/cgroup_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

#include "base/plain_text.h"
#include "supervisor/base/posix.h"

namespace brood::supervisor {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

std::vector<std::string> listDirectories(int dirFd) {
  std::vector<std::string> names;
  OwnedFd copy = openAt(dirFd, ".", O_RDONLY | O_DIRECTORY);
  std::unique_ptr<DIR, int (*)(DIR*)> dir(::fdopendir(copy.get()), &::closedir);
  KJ_REQUIRE(dir != nullptr, "fdopendir failed", strerror(errno));
  (void)copy.release();  // closedir closes it.
  while (auto* entry = ::readdir(dir.get())) {
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  return names;
}

// SIGKILLs every process of a group that only a crashed predecessor can have filled.
void killAll(int groupFd) {
  std::istringstream pids(readFileAt(groupFd, "cgroup.procs"));
  for (pid_t pid; pids >> pid;) {
    try {
      OwnedFd pidfd = openPidfd(pid);
      // Still a member now that the pidfd pins it: not a reused number.
      const std::string now = "\n" + readFileAt(groupFd, "cgroup.procs");
      if (now.find("\n" + std::to_string(pid) + "\n") != std::string::npos) {
        signalPidfd(pidfd.get(), SIGKILL);
      }
    } catch (const kj::Exception&) {
      // It ended by itself in between.
    }
  }
}

// A killed process leaves its group when it is reaped, a moment later.
bool removeGroup(int baseFd, const char* name) {
  constexpr int kAttempts = 200;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (::unlinkat(baseFd, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return true;
    if (errno != EBUSY) return false;
    ::usleep(5000);
  }
  return false;
}

}  // namespace

std::vector<CgroupMount> findCgroupMounts() {
  std::vector<CgroupMount> mounts;
  std::ifstream file("/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    const auto fields = split(line, ' ');
    size_t dash = 6;
    while (dash < fields.size() && fields[dash] != "-") ++dash;
    if (dash + 3 >= fields.size()) continue;
    const std::string& type = fields[dash + 1];
    if (type == "cgroup2") {
      mounts.push_back({fields[4], {}, true});
    } else if (type == "cgroup") {
      mounts.push_back({fields[4], split(fields[dash + 3], ','), false});
    }
  }
  return mounts;
}

CgroupBase::CgroupBase(const std::string& mount, const std::string& parent,
                       const std::string& instance)
    : path_(mount + "/" + parent + "/" + instance), parentPath_(mount + "/" + parent) {
  if (::mkdir(parentPath_.c_str(), 0755) < 0 && errno != EEXIST) {
    KJ_FAIL_SYSCALL("mkdir", errno, parentPath_.c_str());
  }
  if (::mkdir(path_.c_str(), 0755) < 0 && errno != EEXIST) {
    KJ_FAIL_SYSCALL("mkdir", errno, path_.c_str());
  }
  instanceDir_ = openAt(AT_FDCWD, path_.c_str(), O_RDONLY | O_DIRECTORY);
}

CgroupBase::~CgroupBase() noexcept(false) {
  if (!instanceDir_) return;
  ::rmdir(path_.c_str());
  // Succeeds only for the last instance on this host, which is when it should.
  ::rmdir(parentPath_.c_str());
}

size_t CgroupBase::sweep() {
  const auto names = listDirectories(dirFd());
  for (const auto& name : names) {
    OwnedFd group = openAt(dirFd(), name.c_str(), O_RDONLY | O_DIRECTORY);
    killAll(group.get());
    group.reset();
    if (!removeGroup(dirFd(), name.c_str())) {
      spdlog::warn("cgroup {}/{}: left by a crashed predecessor and cannot be removed: {}", path_,
                   name, strerror(errno));
    }
  }
  return names.size();
}

CgroupDir::CgroupDir(int baseFd, const std::string& name) : baseFd_(baseFd), name_(name) {
  int made = ::mkdirat(baseFd, name.c_str(), 0755);
  // Left where an earlier removal failed; it goes only if nobody is in it.
  if (made < 0 && errno == EEXIST && ::unlinkat(baseFd, name.c_str(), AT_REMOVEDIR) == 0) {
    made = ::mkdirat(baseFd, name.c_str(), 0755);
  }
  if (made < 0) KJ_FAIL_SYSCALL("mkdirat", errno, name.c_str());
  KJ_ON_SCOPE_FAILURE(::unlinkat(baseFd, name.c_str(), AT_REMOVEDIR));
  dir_ = openAt(baseFd, name.c_str(), O_RDONLY | O_DIRECTORY);
}

CgroupDir::~CgroupDir() noexcept(false) {
  if (!dir_) return;
  if (::unlinkat(baseFd_, name_.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return;
  // Without a PID namespace a job's daemon outlives its init; its cgroup still knows it.
  // Without a descriptor to spare that cannot be asked, which is no reason to end the supervisor.
  auto failed = kj::runCatchingExceptions([this]() { killAll(dir_.get()); });
  KJ_IF_MAYBE (exception, failed) {
    spdlog::error("cgroup {}: {}", name_, plainText(*exception));
  }
  dir_.reset();
  if (!removeGroup(baseFd_, name_.c_str())) {
    spdlog::error("cgroup {}: cannot be removed: {}", name_, strerror(errno));
  }
}

CgroupDir::CgroupDir(CgroupDir&& other) noexcept
    : baseFd_(other.baseFd_), name_(std::move(other.name_)), dir_(kj::mv(other.dir_)) {}

CgroupDir& CgroupDir::operator=(CgroupDir&& other) noexcept {
  std::swap(baseFd_, other.baseFd_);
  std::swap(name_, other.name_);
  std::swap(dir_, other.dir_);
  return *this;
}

}  // namespace brood::supervisor
