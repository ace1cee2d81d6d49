// By path: a job of the tier "process" may change mode and times only of a file that it can open,
// so that is what chmod(2), utimensat(2) and their like do here.

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <utime.h>

#include "runtimes/preload/closing.h"
#include "runtimes/preload/export.h"

// For what only needs some descriptor of the file.
static int openAny(int directory, const char* path, int flags) {
  const int nofollow = flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0;
  const int common = O_NONBLOCK | O_NOCTTY | O_CLOEXEC | nofollow;
  int fd = openat(directory, path, O_RDONLY | common);
  if (fd < 0 && errno == EACCES) fd = openat(directory, path, O_WRONLY | common);
  if (fd < 0 && errno == ELOOP && nofollow) errno = EOPNOTSUPP;
  return fd;
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
