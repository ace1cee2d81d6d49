#pragma once
// The inotify descriptors of a process that are pipes of ours, with what each watches.
//
// A program may close any descriptor by number and get another file under it, ours among them. So
// an instance is known by its pipe, which dup(2) and fork(2) do not change, and looked for anew
// each time. All below one lock, which the caller has.

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "runtimes/preload/event_queue.h"
#include "runtimes/preload/watch.h"

enum { kMaxInstances = 16, kMaxWatches = 1024, kMaxNames = 65536 };

struct Instance {
  bool isUsed;
  dev_t device;
  ino_t inode;
  int writeFd;  // Owned, as long as it is this pipe's.
  struct EventQueue events;
  struct Watch* watches;  // Owned.
  size_t count, room;
  int lastNumber;
};

struct Instances {
  struct Instance all[kMaxInstances];
};

// The reading end of a new instance, or -1 and errno. `flags`: O_CLOEXEC, O_NONBLOCK.
int addInstance(struct Instances* instances, int flags);
// Null if `fd` is something else.
struct Instance* findInstance(struct Instances* instances, int fd);
// Those that nobody can read any more, or whose pipe somebody has closed.
void dropAbandoned(struct Instances* instances);
bool hasWork(const struct Instance* instance);

// The number of a watch, or -1 and errno. Takes over `path`. `mask`: as for inotify_add_watch(2).
int addWatch(struct Instances* instances, struct Instance* instance, char* path, uint32_t mask);
// -1 and EINVAL if there is none.
int removeWatch(struct Instance* instance, int number);
// Looks at all that is watched, and forgets what is gone.
void lookAtAll(struct Instance* instance);
