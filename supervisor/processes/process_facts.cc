#include "supervisor/processes/process_facts.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace brood::supervisor {
namespace {

constexpr uint64_t kKiB = 1024;
// A name of a file that a line ends with may be long; what is beyond is of no interest.
constexpr size_t kMostOfLine = 4096;
constexpr size_t kMostInodes = 1024;
// The kernel's name of such memory, however it was made (mm/shmem.c, shmem_zero_setup()).
constexpr std::string_view kSharedAnonymous = "/dev/zero (deleted)";

}  // namespace

std::optional<ProcessStat> parseProcessStat(std::string_view text) {
  // The name before it may hold anything, parentheses and blanks too.
  const size_t afterName = text.rfind(')');
  if (afterName == std::string_view::npos) return std::nullopt;
  const std::string fields(text.substr(afterName));
  ProcessStat stat;
  unsigned long long minor, minorOfChildren, major, majorOfChildren, user, system, threads, start,
      bytes, pages;
  long long userOfChildren, systemOfChildren;
  // From field 3 on; 7 to 9 and 18, 19 and 21 are of no interest.
  constexpr const char* kFields =
      ") %c %d %*d %*d %*d %*d %*u %llu %llu %llu %llu %llu %llu %lld %lld %*d %*d %llu %*d %llu "
      "%llu %llu";
  if (std::sscanf(fields.c_str(), kFields, &stat.state, &stat.parent, &minor, &minorOfChildren,
                  &major, &majorOfChildren, &user, &system, &userOfChildren, &systemOfChildren,
                  &threads, &start, &bytes, &pages) != 14) {
    return std::nullopt;
  }
  stat.faults = minor + minorOfChildren + major + majorOfChildren;
  stat.ownTicks = user + system;
  stat.childrenTicks = static_cast<uint64_t>(std::max(0ll, userOfChildren + systemOfChildren));
  stat.threads = threads;
  stat.startTicks = start;
  stat.virtualBytes = bytes;
  stat.residentPages = pages;
  return stat;
}

ThreadTimes parseThreadTimes(const std::string& text) {
  char* end = nullptr;
  const uint64_t ran = std::strtoull(text.c_str(), &end, 10);
  return {ran / 1000, std::strtoull(end, nullptr, 10) / 1000};
}

uint64_t bytesOfLine(const std::string& text, std::string_view name) {
  const size_t at = text.find("\n" + std::string(name) + ":");
  if (at == std::string::npos) return 0;
  return std::strtoull(text.c_str() + at + name.size() + 2, nullptr, 10) * kKiB;
}

ProcessMemory parseProcessMemory(const std::string& status) {
  return {bytesOfLine(status, "RssAnon") + bytesOfLine(status, "VmSwap"),
          bytesOfLine(status, "RssShmem"), bytesOfLine(status, "VmPTE")};
}

void MappingCount::add(std::string_view piece) {
  for (;;) {
    const size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    if (rest_.size() < kMostOfLine) rest_.append(part.substr(0, kMostOfLine - rest_.size()));
    if (end == std::string_view::npos) return;
    addLine(rest_);
    rest_.clear();
    piece.remove_prefix(end + 1);
  }
}

void MappingCount::addLine(std::string_view line) {
  ++mappings_;
  if (!line.ends_with(kSharedAnonymous)) return;
  unsigned long long begin, end, offset, inode;
  char shared;
  const std::string text(line);
  if (std::sscanf(text.c_str(), "%llx-%llx %*c%*c%*c%c %llx %*s %llu", &begin, &end, &shared,
                  &offset, &inode) != 5 ||
      shared != 's') {
    return;
  }
  if (sharedBytes_.size() >= kMostInodes && !sharedBytes_.contains(inode)) {
    moreSharedBytes_ += end - begin;
    return;
  }
  auto& bytes = sharedBytes_[inode];
  bytes = std::max<uint64_t>(bytes, offset + (end - begin));
}

}  // namespace brood::supervisor
