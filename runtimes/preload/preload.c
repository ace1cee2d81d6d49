// Loaded into zygotes and jobs of the tier "process" (LD_PRELOAD): lets programs live with what a
// job may not do there. It protects nobody; the kernel does, whether this is loaded or not.
//
//   by path     a job may change mode and times only of a file that it can open, so that is what
//               chmod(2), utimensat(2) and their like do here
//   /dev/shm    named semaphores and shared memory are files below TMPDIR
//   by number   a job may set its scheduling, but name itself only as 0

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#define EXPORT __attribute__((visibility("default")))

// --- By path -----------------------------------------------------------------------------------

// For what only needs some descriptor of the file.
static int openAny(int directory, const char* path, int flags) {
  const int nofollow = flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0;
  const int common = O_NONBLOCK | O_NOCTTY | O_CLOEXEC | nofollow;
  int fd = openat(directory, path, O_RDONLY | common);
  if (fd < 0 && errno == EACCES) fd = openat(directory, path, O_WRONLY | common);
  if (fd < 0 && errno == ELOOP && nofollow) errno = EOPNOTSUPP;
  return fd;
}

static int closeKeepingErrno(int fd, int result) {
  const int error = errno;
  close(fd);
  errno = error;
  return result;
}

EXPORT int fchmodat(int directory, const char* path, mode_t mode, int flags) {
  const int fd = openAny(directory, path, flags);
  return fd < 0 ? -1 : closeKeepingErrno(fd, fchmod(fd, mode));
}

EXPORT int chmod(const char* path, mode_t mode) { return fchmodat(AT_FDCWD, path, mode, 0); }

EXPORT int lchmod(const char* path, mode_t mode) {
  return fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW);
}

EXPORT int utimensat(int directory, const char* path, const struct timespec times[2], int flags) {
  const int fd = openAny(directory, path, flags);
  return fd < 0 ? -1 : closeKeepingErrno(fd, futimens(fd, times));
}

static int setTimes(const char* path, const struct timeval times[2], int flags) {
  if (times == NULL) return utimensat(AT_FDCWD, path, NULL, flags);
  const struct timespec exact[2] = {{times[0].tv_sec, times[0].tv_usec * 1000},
                                    {times[1].tv_sec, times[1].tv_usec * 1000}};
  return utimensat(AT_FDCWD, path, exact, flags);
}

EXPORT int utimes(const char* path, const struct timeval times[2]) {
  return setTimes(path, times, 0);
}

EXPORT int lutimes(const char* path, const struct timeval times[2]) {
  return setTimes(path, times, AT_SYMLINK_NOFOLLOW);
}

EXPORT int utime(const char* path, const struct utimbuf* times) {
  if (times == NULL) return utimensat(AT_FDCWD, path, NULL, 0);
  const struct timespec exact[2] = {{times->actime, 0}, {times->modtime, 0}};
  return utimensat(AT_FDCWD, path, exact, 0);
}

// --- /dev/shm ------------------------------------------------------------------------------------

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

// --- By number -----------------------------------------------------------------------------------

static pid_t selfAsZero(pid_t id) { return id == getpid() || id == gettid() ? 0 : id; }

EXPORT int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t* set) {
  return (int)syscall(SYS_sched_setaffinity, selfAsZero(pid), size, set);
}

EXPORT int sched_setscheduler(pid_t pid, int policy, const struct sched_param* parameter) {
  return (int)syscall(SYS_sched_setscheduler, selfAsZero(pid), policy, parameter);
}

EXPORT int sched_setparam(pid_t pid, const struct sched_param* parameter) {
  return (int)syscall(SYS_sched_setparam, selfAsZero(pid), parameter);
}

EXPORT int setpriority(__priority_which_t which, id_t who, int priority) {
  const id_t self = which == PRIO_PROCESS ? (id_t)selfAsZero((pid_t)who) : who;
  return (int)syscall(SYS_setpriority, which, self, priority);
}

EXPORT int pthread_setaffinity_np(pthread_t thread, size_t size, const cpu_set_t* set) {
  if (!pthread_equal(thread, pthread_self())) return EPERM;
  return syscall(SYS_sched_setaffinity, 0, size, set) < 0 ? errno : 0;
}

EXPORT int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param* param) {
  if (!pthread_equal(thread, pthread_self())) return EPERM;
  return syscall(SYS_sched_setscheduler, 0, policy, param) < 0 ? errno : 0;
}
