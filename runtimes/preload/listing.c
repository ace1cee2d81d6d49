#include "runtimes/preload/listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static int64_t nanoseconds(struct timespec time) {
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int lookAt(int directoryFd, const char* name, bool followsLinks, struct FileState* state) {
  struct stat info;
  if (fstatat(directoryFd, name, &info, followsLinks ? 0 : AT_SYMLINK_NOFOLLOW) < 0) return errno;
  *state = (struct FileState){.device = info.st_dev,
                              .inode = info.st_ino,
                              .modified = nanoseconds(info.st_mtim),
                              .changed = nanoseconds(info.st_ctim),
                              .size = info.st_size,
                              .mode = info.st_mode,
                              .isUnsettled = false};
  return 0;
}

int lookAtFile(const char* path, bool followsLinks, struct FileState* state) {
  return lookAt(AT_FDCWD, path, followsLinks, state);
}

// `*memory` has room for `needed` bytes of the `*room` that it has, or false.
static bool reserve(void** memory, size_t* room, size_t needed) {
  if (needed <= *room) return true;
  const size_t more = needed < 1024 ? 1024 : 2 * needed;
  void* moved = realloc(*memory, more);
  if (moved == NULL) return false;
  *memory = moved;
  *room = more;
  return true;
}

// 0 or errno.
static int readNames(DIR* directory, struct Listing* listing) {
  size_t entriesRoom = 0, namesRoom = 0;
  for (;;) {
    errno = 0;
    const struct dirent* found = readdir(directory);
    if (found == NULL) return errno;
    if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0) continue;
    if (listing->count == kMaxNamesInDirectory) {
      listing->isComplete = false;
      return 0;
    }
    struct Entry entry = {.name = listing->namesSize};
    const int error = lookAt(dirfd(directory), found->d_name, false, &entry.state);
    if (error == ENOENT) continue;
    if (error != 0) return error;
    const size_t size = strlen(found->d_name) + 1;
    if (!reserve((void**)&listing->entries, &entriesRoom,
                 (listing->count + 1) * sizeof(struct Entry)) ||
        !reserve((void**)&listing->names, &namesRoom, listing->namesSize + size)) {
      return ENOMEM;
    }
    memcpy(listing->names + listing->namesSize, found->d_name, size);
    listing->namesSize += size;
    listing->entries[listing->count++] = entry;
  }
}

static int compareNames(const void* left, const void* right, void* names) {
  return strcmp((const char*)names + ((const struct Entry*)left)->name,
                (const char*)names + ((const struct Entry*)right)->name);
}

int listDirectory(const char* path, struct Listing* listing) {
  *listing = (struct Listing){NULL, NULL, 0, 0, true};
  DIR* directory = opendir(path);
  if (directory == NULL) return errno;
  const int error = readNames(directory, listing);
  closedir(directory);
  if (error != 0) {
    freeListing(listing);
    return error;
  }
  if (listing->count > 0) {
    qsort_r(listing->entries, listing->count, sizeof(struct Entry), compareNames, listing->names);
  }
  return 0;
}

const char* nameOfEntry(const struct Listing* listing, const struct Entry* entry) {
  return listing->names + entry->name;
}

void freeListing(struct Listing* listing) {
  free(listing->entries);
  free(listing->names);
  *listing = (struct Listing){NULL, NULL, 0, 0, true};
}
