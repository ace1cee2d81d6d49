#pragma once
// A directory as it was when it was looked at: names and what tells whether they have changed.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum { kMaxNamesInDirectory = 4096 };

// Times in nanoseconds since the epoch.
struct FileState {
  uint64_t device, inode;
  int64_t modified, changed, size;
  uint32_t mode;
  bool isUnsettled;  // It was being written to at the last look.
};

struct Entry {
  struct FileState state;
  size_t name;     // Where it begins in `names`.
  size_t partner;  // For a replaced entry: its number in the other listing.
  bool isReplaced, isUnmatched;
};

struct Listing {
  struct Entry* entries;  // By name. Owned, as are the names.
  char* names;
  size_t count, namesSize;
  bool isComplete;  // Not more names than are looked at.
};

// 0 or errno. Links are not followed unless asked for.
int lookAtFile(const char* path, bool followsLinks, struct FileState* state);
// 0 or errno, and then nothing is listed. Names that are gone by the time they are looked at are
// left out.
int listDirectory(const char* path, struct Listing* listing);
const char* nameOfEntry(const struct Listing* listing, const struct Entry* entry);
void freeListing(struct Listing* listing);
