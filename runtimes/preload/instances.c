#include "runtimes/preload/instances.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtimes/preload/closing.h"

// Where no program expects a descriptor that it has not asked for: it gets the lowest numbers.
static const int kWriteFdFrom = 200;

static bool isPipeOf(const struct Instance* instance, int fd) {
  struct stat info;
  return fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode) && info.st_ino == instance->inode &&
         info.st_dev == instance->device;
}

static void dropInstance(struct Instance* instance) {
  if (isPipeOf(instance, instance->writeFd)) close(instance->writeFd);
  for (size_t i = 0; i < instance->count; ++i) freeWatch(&instance->watches[i]);
  free(instance->watches);
  freeEvents(&instance->events);
  *instance = (struct Instance){.isUsed = false};
}

void dropAbandoned(struct Instances* instances) {
  for (size_t i = 0; i < kMaxInstances; ++i) {
    struct Instance* instance = &instances->all[i];
    if (!instance->isUsed) continue;
    struct pollfd pipe = {.fd = instance->writeFd, .events = 0};
    const bool isRead = isPipeOf(instance, instance->writeFd) && poll(&pipe, 1, 0) == 0;
    if (!isRead) dropInstance(instance);
  }
}

static struct Instance* findUnused(struct Instances* instances) {
  for (size_t i = 0; i < kMaxInstances; ++i) {
    if (!instances->all[i].isUsed) return &instances->all[i];
  }
  errno = EMFILE;
  return NULL;
}

// The writing end's number, well above those that programs count on, where there are as many.
static int movedUp(int fd) {
  const int moved = fcntl(fd, F_DUPFD_CLOEXEC, kWriteFdFrom);
  if (moved < 0) return fd;
  close(fd);
  return moved;
}

int addInstance(struct Instances* instances, int flags) {
  dropAbandoned(instances);
  struct Instance* instance = findUnused(instances);
  int ends[2];
  if (instance == NULL || pipe2(ends, O_DIRECT | O_NONBLOCK | O_CLOEXEC) < 0) return -1;
  struct stat info;
  if (fcntl(ends[0], F_SETFL, flags & O_NONBLOCK) < 0 ||
      fcntl(ends[0], F_SETFD, flags & O_CLOEXEC ? FD_CLOEXEC : 0) < 0 ||
      fstat(ends[0], &info) < 0) {
    closeKeepingErrno(ends[0], 0);
    return closeKeepingErrno(ends[1], -1);
  }
  *instance = (struct Instance){
      .isUsed = true, .device = info.st_dev, .inode = info.st_ino, .writeFd = movedUp(ends[1])};
  return ends[0];
}

struct Instance* findInstance(struct Instances* instances, int fd) {
  for (size_t i = 0; i < kMaxInstances; ++i) {
    struct Instance* instance = &instances->all[i];
    if (instance->isUsed && isPipeOf(instance, fd)) return instance;
  }
  return NULL;
}

bool hasWork(const struct Instance* instance) {
  return instance->isUsed && (instance->count > 0 || hasEvents(&instance->events));
}

static size_t countNames(const struct Instance* instance) {
  size_t names = 0;
  for (size_t i = 0; i < instance->count; ++i) names += instance->watches[i].listing.count;
  return names;
}

static int checkBounds(const struct Instances* instances) {
  size_t watches = 0, names = 0;
  for (size_t i = 0; i < kMaxInstances; ++i) {
    watches += instances->all[i].count;
    names += countNames(&instances->all[i]);
  }
  return watches < kMaxWatches && names < kMaxNames ? 0 : ENOSPC;
}

static struct Watch* findSame(const struct Instance* instance, const struct FileState* state) {
  for (size_t i = 0; i < instance->count; ++i) {
    struct Watch* watch = &instance->watches[i];
    if (watch->state.inode == state->inode && watch->state.device == state->device) return watch;
  }
  return NULL;
}

static int changeWatch(struct Watch* watch, uint32_t mask) {
  if (mask & IN_MASK_CREATE) {
    errno = EEXIST;
    return -1;
  }
  const uint32_t kept = mask & (IN_ALL_EVENTS | IN_ONESHOT);
  watch->mask = mask & IN_MASK_ADD ? watch->mask | kept : kept;
  return watch->number;
}

static struct Watch* roomForWatch(struct Instance* instance) {
  if (instance->count == instance->room) {
    const size_t room = instance->room == 0 ? 4 : 2 * instance->room;
    struct Watch* more = realloc(instance->watches, room * sizeof(*more));
    if (more == NULL) return NULL;
    instance->watches = more;
    instance->room = room;
  }
  return &instance->watches[instance->count];
}

int addWatch(struct Instances* instances, struct Instance* instance, char* path, uint32_t mask) {
  const bool followsLinks = (mask & IN_DONT_FOLLOW) == 0;
  struct FileState state;
  int error = lookAtFile(path, followsLinks, &state);
  if (error == 0 && mask & IN_ONLYDIR && !S_ISDIR(state.mode)) error = ENOTDIR;
  struct Watch* same = error == 0 ? findSame(instance, &state) : NULL;
  if (same != NULL) {
    free(path);
    return changeWatch(same, mask);
  }
  if (error == 0) error = checkBounds(instances);
  struct Watch* watch = error == 0 ? roomForWatch(instance) : NULL;
  if (error == 0 && watch == NULL) error = ENOMEM;
  if (error != 0) {
    free(path);
  } else {
    error = beginWatch(watch, path, followsLinks);
  }
  if (error != 0) {
    errno = error;
    return -1;
  }
  watch->mask = mask & (IN_ALL_EVENTS | IN_ONESHOT);
  watch->number = ++instance->lastNumber;
  ++instance->count;
  return watch->number;
}

// The order of those that stay does not change.
static void forgetEnded(struct Instance* instance) {
  size_t kept = 0;
  for (size_t i = 0; i < instance->count; ++i) {
    if (instance->watches[i].hasEnded) {
      freeWatch(&instance->watches[i]);
    } else {
      instance->watches[kept++] = instance->watches[i];
    }
  }
  instance->count = kept;
}

int removeWatch(struct Instance* instance, int number) {
  for (size_t i = 0; i < instance->count; ++i) {
    struct Watch* watch = &instance->watches[i];
    if (watch->number != number) continue;
    endWatch(watch, &instance->events);
    forgetEnded(instance);
    return 0;
  }
  errno = EINVAL;
  return -1;
}

void lookAtAll(struct Instance* instance) {
  for (size_t i = 0; i < instance->count; ++i) {
    lookAgain(&instance->watches[i], &instance->events);
  }
  forgetEnded(instance);
}
