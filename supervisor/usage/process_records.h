#pragma once
// Keeps the facts of each of a job's processes from one look to the next: only a process that has
// moved since, by its own times, faults and sizes, has anything new to read.

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "supervisor/processes/process_facts.h"

namespace brood::supervisor {

// A part of memory that is counted whole, and where shared pages are divided among those who share.
struct MemoryShares {
  uint64_t anonymousBytes = 0, sharedBytes = 0;
};

// The open files of a process that have no name.
struct OpenThings {
  using File = std::pair<dev_t, ino_t>;
  std::map<File, uint64_t> unnamedBytes;
  std::vector<ino_t> sockets;
  bool hidden = false;  // It has memory, and cannot be looked into.
};

struct ProcessRecord {
  ProcessStat stat;
  ThreadTimes times;
  ProcessMemory memory;
  MappingCount mappings;
  // As they were when its mappings were counted.
  ProcessStat statAtMappings;
  uint64_t microsAtMappings = 0, anonymousAtMappings = 0;
  bool hasMappings = false;
  MemoryShares shares;
  bool hasShares = false;  // And nothing has moved since.
  OpenThings open;
  uint64_t look = 0;  // In which it was found, the last time.
};

class ProcessRecords {
 public:
  using Key = std::pair<pid_t, uint64_t>;  // With the time of its start.

  // The sums over all processes, but for the one that is not the job's.
  struct Sums {
    uint64_t processes = 0;       // Threads count, too.
    uint64_t anonymousBytes = 0;  // Pages that two processes share count twice.
    uint64_t sharedBytes = 0;     // Mapped pages of shared memory and tmpfs, divided likewise.
    uint64_t kernelBytes = 0;     // Page tables and mappings.
    MemoryShares divided;         // As far as shares are known.
  };

  // `first`: init or keeper. Borrows the descriptor of /proc.
  ProcessRecords(int procFd, pid_t first, bool looksAtDescriptors)
      : procFd_(procFd), first_(first), looksAtDescriptors_(looksAtDescriptors) {}

  void beginLook() { ++look_; }
  // Looks at one. Null if it has ended, or has been seen in this look.
  const ProcessRecord* visit(pid_t pid);
  // Forgets all that this look has not found.
  void endLook();
  // Reads the shares of one process that has moved. False if there is none left.
  bool readNextShares();

  Sums sums() const;
  // Memory that is shared and anonymous, each piece once, at its size.
  uint64_t sharedAnonymousBytes() const;
  // The bytes of files without a name, each counted once.
  uint64_t unnamedBytes() const;
  bool hidden() const;
  uint64_t sockets() const;
  const std::map<Key, ProcessRecord>& all() const { return records_; }

 private:
  bool isJobs(const Key& key) const { return key.first != first_; }
  void countMappings(pid_t pid, ProcessRecord& record);
  void lookAtDescriptors(pid_t pid, ProcessRecord& record) const;

  const int procFd_;
  const pid_t first_;
  const bool looksAtDescriptors_;
  std::map<Key, ProcessRecord> records_;
  // By inode, as large as they have ever been: pages stay when most of a mapping goes.
  std::map<uint64_t, uint64_t> sharedObjects_;
  bool haveMappingsChanged_ = false;  // In this look.
  uint64_t look_ = 0;
};

// All threads of it, as exactly as is known.
uint64_t ownMicros(const ProcessRecord& record);
uint64_t childrenMicros(const ProcessRecord& record);

// Empty if the process has ended.
std::string readOfProcess(int procFd, pid_t pid, const char* name);

}  // namespace brood::supervisor
