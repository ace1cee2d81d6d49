#include "host/runtime_dir.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "host/probe.h"

namespace brood {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMiB = 1 << 20;
// For a canary, twice, and for what the first workers write when they park.
constexpr uint64_t kLeastRoom = 16 * kMiB;

std::string reason(const fs::path& path, int errnoValue) {
  return path.string() + ": " + ::strerror(errnoValue);
}

std::string withMode(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) < 0) return path.string();
  char mode[8];
  std::snprintf(mode, sizeof(mode), "%04o", info.st_mode & 07777u);
  return path.string() + " (mode " + mode + ")";
}

// The directories on the way, the first of all first and the last one itself last.
std::vector<fs::path> onTheWayTo(const fs::path& path) {
  std::vector<fs::path> steps;
  fs::path step;
  for (const auto& part : path) {
    step /= part;
    if (!part.empty()) steps.push_back(step);
  }
  return steps;
}

ProbeStep becomeAndPass(uid_t uid, gid_t gid, const std::vector<fs::path>& steps) {
  if (::setgroups(0, nullptr) < 0 || ::setresgid(gid, gid, gid) < 0 ||
      ::setresuid(uid, uid, uid) < 0) {
    return ProbeStep::at("become", errno);
  }
  for (size_t i = 0; i < steps.size(); ++i) {
    if (::access(steps[i].c_str(), X_OK) == 0) continue;
    // A path that is not there yet will be created with the right mode.
    return errno == ENOENT ? ProbeStep{} : ProbeStep::at(std::to_string(i).c_str(), errno);
  }
  return {};
}

}  // namespace

std::string whyNotOwnDirectory(const std::string& path) {
  const fs::path wanted = fs::path(path).lexically_normal();
  struct stat info {};
  if (::lstat(wanted.c_str(), &info) == 0) {
    if (!S_ISDIR(info.st_mode)) return "it is no directory";
    if (info.st_uid != ::geteuid()) return "it belongs to another user";
    // Its mode is ours to set; what it lies on may be read-only.
    const bool isReadOnly =
        ::faccessat(AT_FDCWD, wanted.c_str(), W_OK, AT_EACCESS) < 0 && errno == EROFS;
    return isReadOnly ? ::strerror(EROFS) : "";
  }
  if (errno != ENOENT) return ::strerror(errno);
  // The first that has to be made tells whether any can.
  for (const auto& step : onTheWayTo(wanted)) {
    if (::stat(step.c_str(), &info) == 0) continue;
    if (::mkdir(step.c_str(), 0700) < 0) return reason(step.parent_path(), errno);
    ::rmdir(step.c_str());
    break;
  }
  return "";
}

std::string whyNotForJobs(const std::string& path) {
  struct statvfs info {};
  fs::path step = fs::path(path).lexically_normal();
  while (::statvfs(step.c_str(), &info) < 0) {
    // Nothing can be said of a root that cannot be looked at.
    if (step == step.parent_path()) return "";
    step = step.parent_path();
  }
  if ((info.f_flag & ST_NOEXEC) != 0) return "its file system is mounted with noexec";
  const uint64_t left = uint64_t{info.f_bavail} * info.f_frsize;
  if (left >= kLeastRoom) return "";
  return "its file system has " + std::to_string(left / kMiB) + " MiB left, less than " +
         std::to_string(kLeastRoom / kMiB);
}

std::string whyNotReachable(const std::string& path, uid_t uid, gid_t gid) {
  std::error_code ignored;
  // He goes where links lead.
  const fs::path real = fs::weakly_canonical(path, ignored);
  const auto steps = onTheWayTo((ignored ? fs::path(path) : real).parent_path());
  const Attempt attempt = attemptInChild([&] { return becomeAndPass(uid, gid, steps); });
  if (attempt.works) return "";
  const size_t index = std::strtoul(attempt.reason.c_str(), nullptr, 10);
  if (attempt.reason.starts_with("become") || index >= steps.size()) return attempt.reason;
  return withMode(steps[index]);
}

}  // namespace brood
