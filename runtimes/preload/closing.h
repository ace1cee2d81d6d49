#pragma once
// close(2) on the way out of a function whose errno is somebody's answer.

#include <errno.h>
#include <unistd.h>

static inline int closeKeepingErrno(int fd, int result) {
  const int error = errno;
  close(fd);
  errno = error;
  return result;
}
