// inotify(7) for programs that the kernel refuses it to: a descriptor to poll and read that is a
// pipe, and a thread that looks at what is watched a few times a second. Where the kernel has it,
// the kernel does it. What cannot be seen by looking is in watch.h.
//
// A child that fork(2) makes shares the descriptors as it would with the kernel's: its parent's
// thread goes on, and it has one of its own from the first watch that it adds or removes itself.

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "runtimes/preload/export.h"
#include "runtimes/preload/instances.h"

enum { kIntervalMs = 200, kIdleShare = 20, kStackBytes = 512 * 1024 };

// State that interposed functions keep from one call to the next.
static struct {
  pthread_mutex_t lock;
  pthread_once_t forkHandlers;
  bool hasThread;
  struct Instances instances;
} self = {.lock = PTHREAD_MUTEX_INITIALIZER, .forkHandlers = PTHREAD_ONCE_INIT};

static void lockSelf(void) { pthread_mutex_lock(&self.lock); }

static void unlockSelf(void) { pthread_mutex_unlock(&self.lock); }

static void unlockInChild(void) {
  self.hasThread = false;
  unlockSelf();
}

static void addForkHandlers(void) { pthread_atfork(lockSelf, unlockSelf, unlockInChild); }

static int64_t nowMs(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// Tells readers what it can, and lists whom to wait for: who closes, and whose pipe was full.
static size_t tellReaders(struct pollfd pipes[kMaxInstances]) {
  size_t count = 0;
  for (size_t i = 0; i < kMaxInstances; ++i) {
    struct Instance* instance = &self.instances.all[i];
    if (!hasWork(instance)) continue;
    writeEvents(&instance->events, instance->writeFd);
    const short events = hasEvents(&instance->events) ? POLLOUT : 0;
    pipes[count++] = (struct pollfd){.fd = instance->writeFd, .events = events};
  }
  return count;
}

// The time of the next look: so that looking takes a small part of a CPU, whatever is watched.
static int64_t lookAtEverything(void) {
  const int64_t begin = nowMs();
  for (size_t i = 0; i < kMaxInstances; ++i) lookAtAll(&self.instances.all[i]);
  const int64_t end = nowMs();
  const int64_t pause = (end - begin) * kIdleShare;
  return end + (pause > kIntervalMs ? pause : kIntervalMs);
}

static void* watch(void* unused) {
  int64_t nextLook = nowMs() + kIntervalMs;
  struct pollfd pipes[kMaxInstances];
  for (;;) {
    lockSelf();
    dropAbandoned(&self.instances);
    if (nowMs() >= nextLook) nextLook = lookAtEverything();
    const size_t count = tellReaders(pipes);
    if (count == 0) self.hasThread = false;
    unlockSelf();
    if (count == 0) return unused;
    const int64_t wait = nextLook - nowMs();
    poll(pipes, count, wait > 0 ? (int)wait : 0);
  }
}

// With all signals blocked: they are for the program's own threads. 0 or errno.
static int needThread(void) {
  if (self.hasThread) return 0;
  pthread_attr_t attributes;
  sigset_t all, before;
  pthread_t thread;
  sigfillset(&all);
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = pthread_create(&thread, &attributes, watch, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  self.hasThread = error == 0;
  return error;
}

static int initialize(int flags) {
  const int fd = (int)syscall(SYS_inotify_init1, flags);
  if (fd >= 0 || errno != ENOSYS) return fd;
  if ((flags & ~(IN_CLOEXEC | IN_NONBLOCK)) != 0) {
    errno = EINVAL;
    return -1;
  }
  pthread_once(&self.forkHandlers, addForkHandlers);
  lockSelf();
  const int made = addInstance(&self.instances, flags);
  unlockSelf();
  return made;
}

EXPORT int inotify_init1(int flags) { return initialize(flags); }

EXPORT int inotify_init(void) { return initialize(0); }

// A watch is on a file, not on a name. Null and errno if there is no such file.
static char* absolutePath(const char* path, uint32_t mask) {
  if ((mask & IN_DONT_FOLLOW) == 0) return realpath(path, NULL);
  if (path[0] == '/') return strdup(path);
  char directory[PATH_MAX];
  if (getcwd(directory, sizeof(directory)) == NULL) return NULL;
  char* absolute;
  return asprintf(&absolute, "%s/%s", directory, path) < 0 ? NULL : absolute;
}

// `fd` is none of ours, and the kernel does not know of such descriptors.
static int refuse(int fd) {
  if (fcntl(fd, F_GETFD) >= 0) errno = EINVAL;
  return -1;
}

static int addWatchTo(int fd, char* path, uint32_t mask) {
  struct Instance* instance = findInstance(&self.instances, fd);
  if (instance == NULL) {
    free(path);
    return refuse(fd);
  }
  const int number = addWatch(&self.instances, instance, path, mask);
  if (number < 0 || needThread() == 0) return number;
  removeWatch(instance, number);
  errno = ENOSPC;
  return -1;
}

EXPORT int inotify_add_watch(int fd, const char* path, uint32_t mask) {
  const int number = (int)syscall(SYS_inotify_add_watch, fd, path, mask);
  if (number >= 0 || errno != ENOSYS) return number;
  const bool isMeaningless =
      (mask & IN_ALL_EVENTS) == 0 || (mask & IN_MASK_ADD && mask & IN_MASK_CREATE);
  if (isMeaningless) {
    errno = EINVAL;
    return -1;
  }
  char* absolute = absolutePath(path, mask);
  if (absolute == NULL) return -1;
  if ((mask & IN_DONT_FOLLOW) == 0 && faccessat(AT_FDCWD, absolute, R_OK, AT_EACCESS) < 0) {
    free(absolute);
    return -1;
  }
  lockSelf();
  const int added = addWatchTo(fd, absolute, mask);
  unlockSelf();
  return added;
}

EXPORT int inotify_rm_watch(int fd, int number) {
  const int removed = (int)syscall(SYS_inotify_rm_watch, fd, number);
  if (removed >= 0 || errno != ENOSYS) return removed;
  lockSelf();
  struct Instance* instance = findInstance(&self.instances, fd);
  const int result = instance == NULL ? refuse(fd) : removeWatch(instance, number);
  if (result == 0) writeEvents(&instance->events, instance->writeFd);
  unlockSelf();
  return result;
}
