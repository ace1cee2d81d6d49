#include "runtimes/python/script/streams.h"

#include "runtimes/python/interpreter/harness_sources.h"
#include "runtimes/python/script/one_write_print.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <kj/io.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace brood {

StandardStreams::StandardStreams() : part_("open_streams", harness::kOpenStreams) {}

void StandardStreams::open(int inFd, int outFd, int errFd) const {
  PyRef variables = mustOwn(PyDict_New(), "namespace");
  PyRef fds = mustOwn(Py_BuildValue("(iii)", inFd, outFd, errFd), "descriptors");
  mustSucceed(PyDict_SetItemString(variables.get(), "fds", fds.get()), "descriptors");
  part_.run(variables.get());
  PyDict_Clear(variables.get());
  joinPrintedPiecesFor(PySys_GetObject("stdout"), PySys_GetObject("stderr"));
}

namespace {

constexpr int kStandardFds[] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};

// Puts a pipe where the standard descriptors are, and those back again.
class PipesForAWhile {
 public:
  PipesForAWhile() {
    int ends[2];
    KJ_SYSCALL(pipe2(ends, O_CLOEXEC));
    kj::AutoCloseFd readEnd(ends[0]), writeEnd(ends[1]);
    for (int fd : kStandardFds) {
      // -1: closed, as it will be again.
      saved_[fd] = kj::AutoCloseFd(fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
      KJ_SYSCALL(dup2(fd == STDIN_FILENO ? readEnd.get() : writeEnd.get(), fd));
    }
  }
  ~PipesForAWhile() {
    for (int fd : kStandardFds) {
      if (saved_[fd].get() < 0) {
        close(fd);
      } else {
        dup2(saved_[fd].get(), fd);
      }
    }
  }
  KJ_DISALLOW_COPY(PipesForAWhile);

 private:
  kj::AutoCloseFd saved_[3];
};

// A rehearsal's lead nowhere, where nobody can tell the difference.
bool isPipeOrNowhere(int fd) {
  struct stat info;
  if (fstat(fd, &info) != 0) return false;
  return S_ISFIFO(info.st_mode) || (S_ISCHR(info.st_mode) && info.st_rdev == makedev(1, 3));
}

}  // namespace

void StandardStreams::openAhead() const {
  PipesForAWhile pipes;
  open(STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);
}

void StandardStreams::openInWorker() const {
  bool asMadeAhead = true;
  for (int fd : kStandardFds) asMadeAhead = asMadeAhead && isPipeOrNowhere(fd);
  if (!asMadeAhead) open(STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);
}

}  // namespace brood
