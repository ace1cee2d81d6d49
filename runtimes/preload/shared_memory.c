// Without /dev/shm, in the tier "process": named semaphores and shared memory are files below
// TMPDIR.

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtimes/preload/closing.h"
#include "runtimes/preload/export.h"

// "/name" or "name" becomes TMPDIR/KIND.name. 0, or -1 and errno.
static int sharedPath(char path[PATH_MAX], const char* kind, const char* name) {
  const char* directory = getenv("TMPDIR");
  while (*name == '/') ++name;
  if (*name == 0 || strchr(name, '/') != NULL) {
    errno = EINVAL;
    return -1;
  }
  const int length =
      snprintf(path, PATH_MAX, "%s/%s.%s", directory == NULL ? "/tmp" : directory, kind, name);
  if (length < PATH_MAX) return 0;
  errno = ENAMETOOLONG;
  return -1;
}

EXPORT int shm_open(const char* name, int flags, mode_t mode) {
  char path[PATH_MAX];
  if (sharedPath(path, "shm", name) < 0) return -1;
  return open(path, flags | O_NOFOLLOW | O_CLOEXEC, mode);
}

EXPORT int shm_unlink(const char* name) {
  char path[PATH_MAX];
  return sharedPath(path, "shm", name) < 0 ? -1 : unlink(path);
}

static sem_t* mapSemaphore(int fd) {
  void* memory = mmap(NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return closeKeepingErrno(fd, 0), memory == MAP_FAILED ? SEM_FAILED : memory;
}

// Complete before it has its name, so that nobody opens half of one.
static sem_t* makeSemaphore(const char* path, mode_t mode, unsigned value) {
  char draft[PATH_MAX];
  if (snprintf(draft, sizeof(draft), "%s.XXXXXX", path) >= (int)sizeof(draft)) {
    errno = ENAMETOOLONG;
    return SEM_FAILED;
  }
  const int fd = mkstemp(draft);
  if (fd < 0) return SEM_FAILED;
  sem_t fresh;
  memset(&fresh, 0, sizeof(fresh));
  const int made = sem_init(&fresh, 1, value) == 0 && fchmod(fd, mode) == 0 &&
                   write(fd, &fresh, sizeof(fresh)) == (ssize_t)sizeof(fresh) &&
                   link(draft, path) == 0;
  const int error = errno;
  unlink(draft);
  errno = error;
  if (made) return mapSemaphore(fd);
  closeKeepingErrno(fd, 0);
  return SEM_FAILED;
}

EXPORT sem_t* sem_open(const char* name, int flags, ...) {
  char path[PATH_MAX];
  if (sharedPath(path, "sem", name) < 0) return SEM_FAILED;
  for (;;) {
    const int fd = flags & O_EXCL ? -1 : open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0) return mapSemaphore(fd);
    if (!(flags & O_CREAT)) return SEM_FAILED;
    va_list more;
    va_start(more, flags);
    const mode_t mode = va_arg(more, mode_t);
    const unsigned value = va_arg(more, unsigned);
    va_end(more);
    sem_t* made = makeSemaphore(path, mode, value);
    if (made != SEM_FAILED || errno != EEXIST || flags & O_EXCL) return made;
  }
}

EXPORT int sem_close(sem_t* semaphore) { return munmap(semaphore, sizeof(*semaphore)); }

EXPORT int sem_unlink(const char* name) {
  char path[PATH_MAX];
  return sharedPath(path, "sem", name) < 0 ? -1 : unlink(path);
}
