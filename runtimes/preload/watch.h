#pragma once
// One thing that a program watches by inotify_add_watch(2), and what is told of it: what differs
// between two looks at it. What leaves no trace (opened, read, closed unchanged) is never told; a
// file that has changed and is the same at the next look is said to be closed.

#include <stdbool.h>
#include <stdint.h>

#include "runtimes/preload/event_queue.h"
#include "runtimes/preload/listing.h"

struct Watch {
  int number;
  uint32_t mask;  // Events that are asked for, IN_ONESHOT.
  char* path;     // Owned, absolute.
  bool followsLinks;
  struct FileState state;
  struct Listing listing;  // The entries, if it is a directory.
  int64_t listedAt;        // By the clock that files' times are from.
  bool hasEnded;           // It is gone, or was to tell one event.
};

// The state of what it watches, as it is now, is where it starts from. Takes over `path`, also if
// it fails. 0 or errno.
int beginWatch(struct Watch* watch, char* path, bool followsLinks);
// Tells what has changed since the last look.
void lookAgain(struct Watch* watch, struct EventQueue* events);
// Tells that no more will come of it.
void endWatch(struct Watch* watch, struct EventQueue* events);
void freeWatch(struct Watch* watch);
