#pragma once
// The facts that /proc tells of one process (proc_pid_stat(5), proc_pid_status(5),
// proc_pid_maps(5)).

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace brood::supervisor {

struct ProcessStat {
  char state = '?';
  pid_t parent = 0;
  uint64_t faults = 0;  // Its own, and those of the children that it has waited for.
  uint64_t ownTicks = 0, childrenTicks = 0;
  uint64_t threads = 0;
  uint64_t startTicks = 0;
  uint64_t virtualBytes = 0;
  uint64_t residentPages = 0;

  bool operator==(const ProcessStat&) const = default;
};

// Nothing if the text is not of that file: of a process that has ended it is empty.
std::optional<ProcessStat> parseProcessStat(std::string_view text);

// The first thread's times from schedstat: on a CPU, and waiting for one.
struct ThreadTimes {
  uint64_t runMicros = 0, delayMicros = 0;

  bool operator==(const ThreadTimes&) const = default;
};
ThreadTimes parseThreadTimes(const std::string& text);

struct ProcessMemory {
  uint64_t anonymousBytes = 0;  // And what of it is swapped out.
  uint64_t sharedBytes = 0;     // Mapped pages of tmpfs and shared memory.
  uint64_t pageTableBytes = 0;
};
ProcessMemory parseProcessMemory(const std::string& status);

// The bytes of a line "Name:   123 kB"; 0 if there is none.
uint64_t bytesOfLine(const std::string& text, std::string_view name);

// From a process's maps, a piece of the text after the other.
class MappingCount {
 public:
  void add(std::string_view piece);

  uint64_t mappings() const { return mappings_; }
  // Anonymous memory that is shared, by inode: up to its last page that is mapped. Its pages need
  // not be mapped in for it to be there.
  const std::map<uint64_t, uint64_t>& sharedBytes() const { return sharedBytes_; }
  // The bytes of mappings beyond the number of inodes that are told apart.
  uint64_t moreSharedBytes() const { return moreSharedBytes_; }

 private:
  void addLine(std::string_view line);

  std::string rest_;  // The text of a line that has not ended yet.
  uint64_t mappings_ = 0, moreSharedBytes_ = 0;
  std::map<uint64_t, uint64_t> sharedBytes_;
};

}  // namespace brood::supervisor
