#include "supervisor/process_sampler.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

namespace brood {
namespace {

constexpr size_t kMaxFileBytes = 8192;
constexpr uint64_t kKiB = 1024;
constexpr uint64_t kBlockBytes = 512;  // Of st_blocks, whatever the file system.
constexpr pid_t kInit = 1;
// About a millisecond of each look, and some tens of them when the job has ended.
constexpr size_t kNamesAtOnce = 512;
constexpr size_t kNamesAtTheEnd = 20'000;

OwnedFd openPath(const std::string& path, int flags) {
  return OwnedFd(::open(path.c_str(), flags | O_CLOEXEC));
}

// Empty if the process has ended.
std::string readAt(int procFd, pid_t pid, const char* name) {
  const std::string path = std::to_string(pid) + "/" + name;
  OwnedFd file(::openat(procFd, path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return "";
  std::string text(kMaxFileBytes, '\0');
  const ssize_t count = ::read(file.get(), text.data(), text.size());
  text.resize(count < 0 ? 0 : static_cast<size_t>(count));
  return text;
}

// The bytes of a line "Name:   123 kB"; 0 if there is none.
uint64_t bytesOf(const std::string& text, std::string_view name) {
  const size_t at = text.find("\n" + std::string(name) + ":");
  if (at == std::string::npos) return 0;
  return std::strtoull(text.c_str() + at + name.size() + 2, nullptr, 10) * kKiB;
}

// utime, stime, cutime and cstime: the ended children that were waited for are its own now.
uint64_t cpuMicrosOf(int procFd, pid_t pid) {
  constexpr int kFieldsAfterName = 11;
  const std::string stat = readAt(procFd, pid, "stat");
  // The name may hold anything, parentheses and blanks too.
  size_t at = stat.rfind(')');
  if (at == std::string::npos) return 0;
  for (int field = 0; field <= kFieldsAfterName && at != std::string::npos; ++field) {
    at = stat.find(' ', at + 1);
  }
  if (at == std::string::npos) return 0;
  const char* cursor = stat.c_str() + at;
  uint64_t ticks = 0;
  for (int field = 0; field < 4; ++field) {
    char* end = nullptr;
    ticks += std::strtoull(cursor, &end, 10);
    cursor = end;
  }
  static const auto kTicksPerSecond = static_cast<uint64_t>(::sysconf(_SC_CLK_TCK));
  // Ticks are coarse; this is exact, but of the first thread only.
  const uint64_t nanos = std::strtoull(readAt(procFd, pid, "schedstat").c_str(), nullptr, 10);
  return std::max(ticks * 1'000'000 / kTicksPerSecond, nanos / 1000);
}

}  // namespace

ProcessSampler::ProcessSampler(std::shared_ptr<ProcessTable> table, pid_t keeper, int workspaceFd,
                               int temporaryFd)
    : proc_(openPath("/proc", O_RDONLY | O_DIRECTORY)),
      first_(keeper),
      table_(std::move(table)),
      directories_(std::in_place, std::vector<int>{workspaceFd, temporaryFd}) {}

ProcessSampler::ProcessSampler(pid_t init) : first_(kInit) {
  const std::string root = "/proc/" + std::to_string(init) + "/root/";
  OwnedFd proc = openPath(root + "proc", O_RDONLY | O_DIRECTORY);
  struct stat own, theirs;
  // Without namespaces it is the host's, and sums up everybody.
  if (!proc || ::stat("/proc", &own) < 0 || ::fstat(proc.get(), &theirs) < 0 ||
      own.st_dev == theirs.st_dev) {
    return;
  }
  proc_ = std::move(proc);
  for (const char* name : {"workspace", "tmp", "dev/shm"}) {
    OwnedFd directory = openPath(root + name, O_PATH | O_DIRECTORY);
    if (directory) fileSystems_.push_back(std::move(directory));
  }
}

std::vector<pid_t> ProcessSampler::pids() const {
  return table_ != nullptr ? table_->treeOf(first_) : pidsInside();
}

std::vector<pid_t> ProcessSampler::pidsInside() const {
  std::vector<pid_t> found;
  if (!proc_) return found;
  const int fd = ::openat(proc_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* directory = fd < 0 ? nullptr : ::fdopendir(fd);
  if (directory == nullptr) {
    if (fd >= 0) ::close(fd);
    return found;
  }
  while (const dirent* entry = ::readdir(directory)) {
    const std::string_view name(entry->d_name);
    pid_t pid = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (parsed.ec == std::errc() && parsed.ptr == name.data() + name.size()) found.push_back(pid);
  }
  ::closedir(directory);
  return found;
}

ProcessSampler::Totals ProcessSampler::sumUp() const {
  Totals totals;
  for (pid_t pid : pids()) {
    // Init's children are those that nobody else waited for.
    totals.cpuMicros += cpuMicrosOf(proc_.get(), pid);
    if (pid == first_) continue;
    const std::string status = readAt(proc_.get(), pid, "status");
    if (status.empty()) continue;
    const size_t threads = status.find("\nThreads:");
    totals.processes +=
        threads == std::string::npos ? 1 : std::strtoull(&status[threads + 9], nullptr, 10);
    totals.anonymousBytes += bytesOf(status, "RssAnon") + bytesOf(status, "VmSwap");
    totals.sharedBytes += bytesOf(status, "RssShmem");
  }
  return totals;
}

ProcessSampler::Shares ProcessSampler::shares() const {
  Shares shares;
  for (pid_t pid : pids()) {
    if (pid == first_) continue;
    const std::string rollup = readAt(proc_.get(), pid, "smaps_rollup");
    shares.anonymousBytes += bytesOf(rollup, "Pss_Anon") + bytesOf(rollup, "SwapPss");
    shares.sharedBytes += bytesOf(rollup, "Pss_Shmem");
  }
  return shares;
}

uint64_t ProcessSampler::tmpfsBytes() const {
  uint64_t bytes = 0;
  for (auto& directory : fileSystems_) {
    struct statfs info;
    if (::fstatfs(directory.get(), &info) < 0) continue;
    bytes +=
        static_cast<uint64_t>(info.f_blocks - info.f_bfree) * static_cast<uint64_t>(info.f_bsize);
  }
  return bytes;
}

void ProcessSampler::noteInherited() {
  inheritedBytes_ = sumUp().anonymousBytes;
  inheritedShareBytes_ = shares().anonymousBytes;
}

void ProcessSampler::begin(uint64_t memoryLimitBytes, uint64_t processLimit) {
  memoryLimitBytes_ = memoryLimitBytes;
  processLimit_ = processLimit;
  usage_ = {};
}

void ProcessSampler::measureDirectories() {
  if (!directories_) return;
  directories_->step(kNamesAtOnce);
  noteDirectories();
}

void ProcessSampler::noteDirectories() {
  const Unnamed unnamed = unnamedFiles();
  usage_.workspaceBytes = std::max(usage_.workspaceBytes, directories_->bytes() + unnamed.bytes);
  usage_.workspaceInodes = directories_->inodes();
  usage_.hidden |= unnamed.hidden || directories_->hidden();
}

ProcessSampler::Unnamed ProcessSampler::unnamedFiles() const {
  Unnamed unnamed;
  std::set<std::pair<dev_t, ino_t>> seen;
  for (pid_t pid : pids()) {
    if (pid == first_) continue;
    const std::string path = std::to_string(pid) + "/fd";
    OwnedFd opened(::openat(proc_.get(), path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // One that has ended looks the same, but it has no memory.
    if (!opened && errno == EACCES)
      unnamed.hidden |= bytesOf(readAt(proc_.get(), pid, "status"), "VmRSS") > 0;
    std::unique_ptr<DIR, int (*)(DIR*)> listing(opened ? ::fdopendir(opened.get()) : nullptr,
                                                &::closedir);
    // Of one that ends meanwhile the folder opens, and cannot be listed.
    if (listing == nullptr) continue;
    const int fd = opened.release();
    while (const dirent* entry = ::readdir(listing.get())) {
      struct stat info;
      if (entry->d_name[0] == '.' || ::fstatat(fd, entry->d_name, &info, 0) < 0) continue;
      if (!S_ISREG(info.st_mode) || info.st_nlink > 0) continue;
      if (!seen.emplace(info.st_dev, info.st_ino).second) continue;
      unnamed.bytes += static_cast<uint64_t>(info.st_blocks) * kBlockBytes;
    }
  }
  return unnamed;
}

void ProcessSampler::finish() {
  if (!directories_) return;
  // Whatever walk is under way may have passed by what came last.
  directories_->restart();
  directories_->step(kNamesAtTheEnd);
  noteDirectories();
}

CgroupUsage ProcessSampler::sample() {
  // With each look at more of them a fork bomb would win time to grow.
  const uint64_t processes = table_ != nullptr ? table_->treeOf(first_).size() - 1 : 0;
  if (processLimit_ != 0 && processes > processLimit_) {
    usage_.peakProcesses = std::max(usage_.peakProcesses, processes);
    return usage_;
  }
  measureDirectories();
  const Totals totals = sumUp();
  auto without = [](uint64_t all, uint64_t part) { return all - std::min(all, part); };
  // A mapped file of a tmpfs is in both of these.
  uint64_t bytes =
      without(totals.anonymousBytes, inheritedBytes_) + std::max(totals.sharedBytes, tmpfsBytes());
  // What sounds like too much may be the same pages in several processes.
  if (memoryLimitBytes_ != 0 && bytes > memoryLimitBytes_) {
    const Shares divided = shares();
    // Each process of the job's takes part in what came from the zygote.
    const uint64_t inherited =
        std::min(inheritedBytes_, inheritedShareBytes_ * std::max<uint64_t>(totals.processes, 1));
    bytes =
        without(divided.anonymousBytes, inherited) + std::max(divided.sharedBytes, tmpfsBytes());
  }
  usage_.cpuMicros = std::max(usage_.cpuMicros, totals.cpuMicros);
  usage_.peakMemoryBytes = std::max(usage_.peakMemoryBytes, bytes);
  usage_.peakProcesses = std::max(usage_.peakProcesses, totals.processes);
  return usage_;
}

}  // namespace brood
