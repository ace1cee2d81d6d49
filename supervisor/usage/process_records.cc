#include "supervisor/usage/process_records.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/owned_fd.h"

namespace brood::supervisor {
namespace {

constexpr size_t kMaxFileBytes = 8192;
constexpr size_t kPieceBytes = 64 << 10;
constexpr uint64_t kBlockBytes = 512;  // The unit of st_blocks, whatever the file system.
constexpr uint64_t kPageBytes = 4096;
// Measured: 275 bytes of slab each.
constexpr uint64_t kBytesOfMapping = 275;
// In which a process can make a MiB of mappings.
constexpr uint64_t kMicrosBetweenCounts = 10'000;
// With more of them it would take the kernel tens of milliseconds to divide what they share.
constexpr uint64_t kMostMappingsDivided = 8192;

uint64_t microsOfTicks(uint64_t ticks) {
  static const auto kTicksPerSecond = static_cast<uint64_t>(::sysconf(_SC_CLK_TCK));
  return ticks * 1'000'000 / kTicksPerSecond;
}

uint64_t without(uint64_t all, uint64_t part) { return all - std::min(all, part); }

OwnedFd openOfProcess(int procFd, pid_t pid, const char* name, int flags) {
  const std::string path = std::to_string(pid) + "/" + name;
  return OwnedFd(::openat(procFd, path.c_str(), flags | O_CLOEXEC));
}

}  // namespace

uint64_t ownMicros(const ProcessRecord& record) {
  // Ticks are coarse; the other is exact, but of the first thread only.
  return std::max(microsOfTicks(record.stat.ownTicks), record.times.runMicros);
}

uint64_t childrenMicros(const ProcessRecord& record) {
  return microsOfTicks(record.stat.childrenTicks);
}

std::string readOfProcess(int procFd, pid_t pid, const char* name) {
  const OwnedFd file = openOfProcess(procFd, pid, name, O_RDONLY);
  if (!file) return "";
  std::string text(kMaxFileBytes, '\0');
  const ssize_t count = ::read(file.get(), text.data(), text.size());
  text.resize(count < 0 ? 0 : static_cast<size_t>(count));
  return text;
}

const ProcessRecord* ProcessRecords::visit(pid_t pid) {
  const auto stat = parseProcessStat(readOfProcess(procFd_, pid, "stat"));
  if (!stat) return nullptr;
  ProcessRecord& record = records_[{pid, stat->startTicks}];
  if (record.look == look_) return nullptr;
  const ThreadTimes times = parseThreadTimes(readOfProcess(procFd_, pid, "schedstat"));
  const bool hasMoved = record.look == 0 || record.stat != *stat || record.times != times;
  record.look = look_;
  record.stat = *stat;
  record.times = times;
  if (pid == first_) return &record;
  if (hasMoved) {
    record.memory = parseProcessMemory(readOfProcess(procFd_, pid, "status"));
    record.hasShares = false;
  }
  // At the latest when it has come to rest.
  const uint64_t atRest = hasMoved ? kMicrosBetweenCounts : 1;
  if (!record.hasMappings || record.statAtMappings.virtualBytes != stat->virtualBytes ||
      ownMicros(record) >= record.microsAtMappings + atRest) {
    countMappings(pid, record);
  }
  // Others may write to a file without a name that this one has open.
  const bool mayChange = hasMoved || record.open.hidden || !record.open.unnamedBytes.empty();
  if (looksAtDescriptors_ && mayChange) lookAtDescriptors(pid, record);
  return &record;
}

void ProcessRecords::countMappings(pid_t pid, ProcessRecord& record) {
  const OwnedFd file = openOfProcess(procFd_, pid, "maps", O_RDONLY);
  MappingCount count;
  if (file) {
    std::string piece(kPieceBytes, '\0');
    ssize_t got;
    while ((got = ::read(file.get(), piece.data(), piece.size())) > 0) {
      count.add({piece.data(), static_cast<size_t>(got)});
    }
  }
  // New mappings that may have been larger count as large as what can have filled them since the
  // last count, if that is not to be seen elsewhere.
  uint64_t unexplained = without(record.stat.faults, record.statAtMappings.faults) * kPageBytes;
  unexplained =
      without(unexplained, without(record.memory.anonymousBytes, record.anonymousAtMappings));
  for (const auto& [inode, bytes] : count.sharedBytes()) {
    const bool isNew = !sharedObjects_.contains(inode);
    auto& most = sharedObjects_[inode];
    most = std::max({most, bytes, isNew && record.hasMappings ? unexplained : 0});
    if (isNew) unexplained = 0;
  }
  record.mappings = std::move(count);
  record.statAtMappings = record.stat;
  record.microsAtMappings = ownMicros(record);
  record.anonymousAtMappings = record.memory.anonymousBytes;
  record.hasMappings = true;
  haveMappingsChanged_ = true;
}

void ProcessRecords::lookAtDescriptors(pid_t pid, ProcessRecord& record) const {
  record.open = {};
  OwnedFd opened = openOfProcess(procFd_, pid, "fd", O_RDONLY | O_DIRECTORY);
  // One that has ended looks the same, but it has no memory: by now, not when its look began.
  if (!opened && errno == EACCES) {
    record.open.hidden = bytesOfLine(readOfProcess(procFd_, pid, "status"), "VmRSS") > 0;
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(opened ? ::fdopendir(opened.get()) : nullptr,
                                                    &::closedir);
  // The folder of a process that ends meanwhile opens, and cannot be listed.
  if (listing == nullptr) return;
  const int fd = opened.release();
  while (const dirent* entry = ::readdir(listing.get())) {
    struct stat info;
    if (entry->d_name[0] == '.' || ::fstatat(fd, entry->d_name, &info, 0) < 0) continue;
    if (S_ISSOCK(info.st_mode)) record.open.sockets.push_back(info.st_ino);
    if (!S_ISREG(info.st_mode) || info.st_nlink > 0) continue;
    record.open.unnamedBytes[{info.st_dev, info.st_ino}] =
        static_cast<uint64_t>(info.st_blocks) * kBlockBytes;
  }
}

void ProcessRecords::endLook() {
  const size_t gone =
      std::erase_if(records_, [this](const auto& entry) { return entry.second.look != look_; });
  if (gone == 0 && !haveMappingsChanged_) return;
  haveMappingsChanged_ = false;
  std::set<uint64_t> mapped;
  for (auto& [key, record] : records_) {
    // The pages that the gone processes shared are divided among fewer.
    if (gone > 0) record.hasShares = false;
    for (const auto& [inode, bytes] : record.mappings.sharedBytes()) mapped.insert(inode);
  }
  std::erase_if(sharedObjects_, [&](const auto& object) { return !mapped.contains(object.first); });
}

bool ProcessRecords::readNextShares() {
  for (auto& [key, record] : records_) {
    if (record.hasShares || !isJobs(key)) continue;
    record.hasShares = true;
    if (record.mappings.mappings() > kMostMappingsDivided) {
      record.shares = {record.memory.anonymousBytes, record.memory.sharedBytes};
      return true;
    }
    const std::string rollup = readOfProcess(procFd_, key.first, "smaps_rollup");
    record.shares = {bytesOfLine(rollup, "Pss_Anon") + bytesOfLine(rollup, "SwapPss"),
                     bytesOfLine(rollup, "Pss_Shmem")};
    return true;
  }
  return false;
}

ProcessRecords::Sums ProcessRecords::sums() const {
  Sums sums;
  for (const auto& [key, record] : records_) {
    if (!isJobs(key)) continue;
    sums.processes += std::max<uint64_t>(record.stat.threads, 1);
    sums.anonymousBytes += record.memory.anonymousBytes;
    sums.sharedBytes += record.memory.sharedBytes;
    sums.kernelBytes += record.memory.pageTableBytes + record.mappings.mappings() * kBytesOfMapping;
    sums.divided.anonymousBytes += record.shares.anonymousBytes;
    sums.divided.sharedBytes += record.shares.sharedBytes;
  }
  return sums;
}

uint64_t ProcessRecords::sharedAnonymousBytes() const {
  uint64_t bytes = 0;
  for (const auto& [inode, most] : sharedObjects_) bytes += most;
  for (const auto& [key, record] : records_) bytes += record.mappings.moreSharedBytes();
  return bytes;
}

uint64_t ProcessRecords::unnamedBytes() const {
  std::map<OpenThings::File, uint64_t> files;
  for (const auto& [key, record] : records_) {
    files.insert(record.open.unnamedBytes.begin(), record.open.unnamedBytes.end());
  }
  uint64_t bytes = 0;
  for (const auto& [file, size] : files) bytes += size;
  return bytes;
}

uint64_t ProcessRecords::sockets() const {
  std::set<ino_t> sockets;
  for (const auto& [key, record] : records_) {
    sockets.insert(record.open.sockets.begin(), record.open.sockets.end());
  }
  return sockets.size();
}

bool ProcessRecords::hidden() const {
  return std::any_of(records_.begin(), records_.end(),
                     [](const auto& entry) { return entry.second.open.hidden; });
}

}  // namespace brood::supervisor
