#include "runtimes/preload/event_queue.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { kCapacity = 64 * 1024, kRecord = sizeof(struct inotify_event) };

// The last record is kept free for IN_Q_OVERFLOW.
static bool hasRoom(struct EventQueue* queue, size_t size) {
  if (queue->bytes == NULL) queue->bytes = malloc(kCapacity);
  if (queue->bytes == NULL) return false;
  if (queue->begin > 0 && queue->end + size + kRecord > kCapacity) {
    memmove(queue->bytes, queue->bytes + queue->begin, queue->end - queue->begin);
    queue->end -= queue->begin;
    queue->last -= queue->begin;
    queue->begin = 0;
  }
  return queue->end + size + kRecord <= kCapacity;
}

static bool isRepeated(const struct EventQueue* queue, const struct inotify_event* event,
                       const char* name) {
  if (!hasEvents(queue)) return false;
  struct inotify_event before;
  const char* record = queue->bytes + queue->last;
  memcpy(&before, record, kRecord);
  if (memcmp(&before, event, kRecord) != 0) return false;
  return event->len == 0 || strcmp(record + kRecord, name) == 0;
}

static void append(struct EventQueue* queue, const struct inotify_event* event, const char* name) {
  char* record = queue->bytes + queue->end;
  memcpy(record, event, kRecord);
  if (event->len > 0) {
    memset(record + kRecord, 0, event->len);
    memcpy(record + kRecord, name, strlen(name));
  }
  queue->last = queue->end;
  queue->end += kRecord + event->len;
}

void pushEvent(struct EventQueue* queue, int watch, uint32_t mask, uint32_t cookie,
               const char* name) {
  struct inotify_event event = {watch, mask, cookie, 0};
  // With its NUL, and rounded up to whole records, as the kernel does.
  if (name != NULL) event.len = (uint32_t)(strlen(name) / kRecord + 1) * kRecord;
  if (isRepeated(queue, &event, name)) return;
  if (hasRoom(queue, kRecord + event.len)) {
    queue->hasOverflowed = false;
    append(queue, &event, name);
  } else if (queue->bytes != NULL && !queue->hasOverflowed) {
    const struct inotify_event overflow = {-1, IN_Q_OVERFLOW, 0, 0};
    append(queue, &overflow, NULL);
    queue->hasOverflowed = true;
  }
}

bool hasEvents(const struct EventQueue* queue) { return queue->begin < queue->end; }

void writeEvents(struct EventQueue* queue, int pipeFd) {
  while (hasEvents(queue)) {
    struct inotify_event event;
    memcpy(&event, queue->bytes + queue->begin, kRecord);
    if (write(pipeFd, queue->bytes + queue->begin, kRecord + event.len) < 0) return;
    queue->begin += kRecord + event.len;
  }
  queue->begin = queue->end = queue->last = 0;
}

void freeEvents(struct EventQueue* queue) {
  free(queue->bytes);
  *queue = (struct EventQueue){.bytes = NULL};
}
