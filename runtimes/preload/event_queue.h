#pragma once
// The records of inotify(7) that one descriptor has still to deliver: bounded, in order.
//
// The descriptor is a pipe in packet mode (pipe2(2), O_DIRECT): each read gives one whole record,
// as inotify never gives half of one, and a pipe holds 16. The rest waits here.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct EventQueue {
  char* bytes;  // Owned; null until something has happened.
  size_t begin, end, last;
  bool hasOverflowed;
  uint32_t lastCookie;  // The two halves of a rename share it.
};

// `name` may be null. Equal to the one before: said once, as by the kernel. No room: IN_Q_OVERFLOW
// takes the place of all that comes until there is room.
void pushEvent(struct EventQueue* queue, int watch, uint32_t mask, uint32_t cookie,
               const char* name);
bool hasEvents(const struct EventQueue* queue);
// As many as the pipe takes. Never waits.
void writeEvents(struct EventQueue* queue, int pipeFd);
void freeEvents(struct EventQueue* queue);
