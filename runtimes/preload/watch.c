#include "runtimes/preload/watch.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>

// Two changes within so many nanoseconds may leave the same time on a directory.
static const int64_t kClockTick = 20000000;
// As many pairs of names are compared at most to find out what was renamed.
static const size_t kMaxPairs = 1 << 16;

static void tell(struct Watch* watch, struct EventQueue* events, uint32_t what, uint32_t cookie,
                 const char* name) {
  if (watch->hasEnded || (watch->mask & what & IN_ALL_EVENTS) == 0) return;
  pushEvent(events, watch->number, what, cookie, name);
  if (watch->mask & IN_ONESHOT) endWatch(watch, events);
}

void endWatch(struct Watch* watch, struct EventQueue* events) {
  if (watch->hasEnded) return;
  watch->hasEnded = true;
  pushEvent(events, watch->number, IN_IGNORED, 0, NULL);
}

static uint32_t flagOf(const struct FileState* state) {
  return S_ISDIR(state->mode) ? IN_ISDIR : 0;
}

static bool isSameFile(const struct FileState* left, const struct FileState* right) {
  return left->inode == right->inode && left->device == right->device &&
         ((left->mode ^ right->mode) & S_IFMT) == 0;
}

// A number may have gone to another file; then its times differ.
static bool isRenamed(const struct FileState* before, const struct FileState* after) {
  return isSameFile(before, after) && before->modified == after->modified &&
         before->size == after->size;
}

static void tellDifference(struct Watch* watch, struct EventQueue* events,
                           const struct FileState* before, struct FileState* after,
                           const char* name) {
  const uint32_t flag = flagOf(after);
  const bool isModified = before->modified != after->modified || before->size != after->size;
  // A change in a watched directory is reported with the entry's name.
  if (isModified && flag == 0) {
    after->isUnsettled = true;
    tell(watch, events, IN_MODIFY, 0, name);
    return;
  }
  if (!isModified && before->changed != after->changed) {
    tell(watch, events, IN_ATTRIB | flag, 0, name);
  }
  if (before->isUnsettled) tell(watch, events, IN_CLOSE_WRITE, 0, name);
}

static void tellNew(struct Watch* watch, struct EventQueue* events, struct FileState* state,
                    const char* name) {
  tell(watch, events, IN_CREATE | flagOf(state), 0, name);
  if (!S_ISREG(state->mode)) return;
  state->isUnsettled = true;
  if (state->size > 0) tell(watch, events, IN_MODIFY, 0, name);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME_COARSE, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void markReplaced(struct Listing* before, size_t i, struct Listing* after, size_t k) {
  before->entries[i].isUnmatched = before->entries[i].isReplaced = true;
  after->entries[k].isUnmatched = after->entries[k].isReplaced = true;
  before->entries[i].partner = k;
  after->entries[k].partner = i;
}

// By name, with the end of a list after all names.
static int orderOf(const struct Listing* before, size_t i, const struct Listing* after, size_t k) {
  if (i == before->count) return 1;
  if (k == after->count) return -1;
  return strcmp(nameOfEntry(before, &before->entries[i]), nameOfEntry(after, &after->entries[k]));
}

// Tells what became of names that are in both; marks what has left and what has come.
static void compareListings(struct Watch* watch, struct EventQueue* events, struct Listing* before,
                            struct Listing* after) {
  size_t i = 0, k = 0;
  while (i < before->count || k < after->count) {
    const int order = orderOf(before, i, after, k);
    if (order < 0) {
      before->entries[i++].isUnmatched = true;
    } else if (order > 0) {
      after->entries[k++].isUnmatched = true;
    } else {
      struct FileState* old = &before->entries[i].state;
      struct Entry* fresh = &after->entries[k];
      if (isSameFile(old, &fresh->state)) {
        tellDifference(watch, events, old, &fresh->state, nameOfEntry(after, fresh));
      } else {
        markReplaced(before, i, after, k);
      }
      ++i, ++k;
    }
  }
}

static size_t countUnmatched(const struct Listing* listing) {
  size_t count = 0;
  for (size_t i = 0; i < listing->count; ++i) count += listing->entries[i].isUnmatched;
  return count;
}

// Within one directory; into another one a file leaves here and is new there.
static void tellRenamed(struct Watch* watch, struct EventQueue* events, struct Listing* before,
                        struct Listing* after) {
  if (countUnmatched(before) * countUnmatched(after) > kMaxPairs) return;
  for (size_t k = 0; k < after->count; ++k) {
    struct Entry* fresh = &after->entries[k];
    for (size_t i = 0; fresh->isUnmatched && i < before->count; ++i) {
      struct Entry* old = &before->entries[i];
      if (!old->isUnmatched || !isRenamed(&old->state, &fresh->state)) continue;
      old->isUnmatched = fresh->isUnmatched = false;
      fresh->state.isUnsettled = old->state.isUnsettled;
      const uint32_t flag = flagOf(&fresh->state);
      const uint32_t cookie = ++events->lastCookie;
      tell(watch, events, IN_MOVED_FROM | flag, cookie, nameOfEntry(before, old));
      tell(watch, events, IN_MOVED_TO | flag, cookie, nameOfEntry(after, fresh));
    }
  }
}

static void tellLeftAndCome(struct Watch* watch, struct EventQueue* events, struct Listing* before,
                            struct Listing* after) {
  for (size_t i = 0; i < before->count; ++i) {
    struct Entry* old = &before->entries[i];
    if (!old->isUnmatched) continue;
    // An entry that a rename has replaced was reported by that rename.
    if (old->isReplaced && !after->entries[old->partner].isUnmatched) continue;
    tell(watch, events, IN_DELETE | flagOf(&old->state), 0, nameOfEntry(before, old));
  }
  for (size_t k = 0; k < after->count; ++k) {
    struct Entry* fresh = &after->entries[k];
    if (fresh->isUnmatched) tellNew(watch, events, &fresh->state, nameOfEntry(after, fresh));
    fresh->isUnmatched = fresh->isReplaced = false;
  }
}

static void listAgain(struct Watch* watch, struct EventQueue* events) {
  struct Listing after;
  const int64_t time = now();
  // It may be closed to us now, or descriptors may be short: the next look tells.
  if (listDirectory(watch->path, &after) != 0) return;
  watch->listedAt = time;
  if (!after.isComplete) {
    freeListing(&after);
    pushEvent(events, -1, IN_Q_OVERFLOW, 0, NULL);
    return;
  }
  compareListings(watch, events, &watch->listing, &after);
  tellRenamed(watch, events, &watch->listing, &after);
  tellLeftAndCome(watch, events, &watch->listing, &after);
  freeListing(&watch->listing);
  watch->listing = after;
}

// Without a descriptor. False if a name stands for something else than before.
static bool lookAtEntries(struct Watch* watch, struct EventQueue* events) {
  char path[PATH_MAX];
  for (size_t i = 0; i < watch->listing.count && !watch->hasEnded; ++i) {
    struct Entry* entry = &watch->listing.entries[i];
    const char* name = nameOfEntry(&watch->listing, entry);
    struct FileState after;
    if (snprintf(path, sizeof(path), "%s/%s", watch->path, name) >= (int)sizeof(path)) continue;
    const int error = lookAtFile(path, false, &after);
    if (error == ENOENT) return false;
    if (error != 0) continue;
    if (!isSameFile(&entry->state, &after)) return false;
    tellDifference(watch, events, &entry->state, &after, name);
    entry->state = after;
  }
  return true;
}

static void lookIntoDirectory(struct Watch* watch, struct EventQueue* events, bool isModified) {
  const bool mayHaveChangedUnseen = watch->listedAt - watch->state.modified < kClockTick;
  if (isModified || mayHaveChangedUnseen) {
    listAgain(watch, events);
  } else if ((watch->mask & (IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE)) != 0 &&
             !lookAtEntries(watch, events)) {
    listAgain(watch, events);
  }
}

int beginWatch(struct Watch* watch, char* path, bool followsLinks) {
  watch->path = path;
  watch->followsLinks = followsLinks;
  watch->hasEnded = false;
  int error = lookAtFile(path, followsLinks, &watch->state);
  watch->listing = (struct Listing){NULL, NULL, 0, 0, true};
  watch->listedAt = now();
  if (error == 0 && S_ISDIR(watch->state.mode)) error = listDirectory(path, &watch->listing);
  if (error == 0 && !watch->listing.isComplete) error = ENOSPC;
  if (error != 0) freeWatch(watch);
  return error;
}

void lookAgain(struct Watch* watch, struct EventQueue* events) {
  if (watch->hasEnded) return;
  struct FileState after;
  const int error = lookAtFile(watch->path, watch->followsLinks, &after);
  if (error == ENOENT || error == ENOTDIR || (error == 0 && !isSameFile(&watch->state, &after))) {
    for (size_t i = 0; i < watch->listing.count; ++i) {
      const struct Entry* entry = &watch->listing.entries[i];
      tell(watch, events, IN_DELETE | flagOf(&entry->state), 0,
           nameOfEntry(&watch->listing, entry));
    }
    tell(watch, events, IN_DELETE_SELF | flagOf(&watch->state), 0, NULL);
    endWatch(watch, events);
  }
  if (error != 0 || watch->hasEnded) return;
  const bool isModified = watch->state.modified != after.modified;
  tellDifference(watch, events, &watch->state, &after, NULL);
  watch->state = after;
  if (S_ISDIR(after.mode)) lookIntoDirectory(watch, events, isModified);
}

void freeWatch(struct Watch* watch) {
  free(watch->path);
  freeListing(&watch->listing);
  watch->path = NULL;
}
