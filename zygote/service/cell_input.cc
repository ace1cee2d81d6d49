#include "zygote/service/cell_input.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

#include "base/owned_fd.h"

namespace brood::zygote {
namespace {

// False if not all of it fits: nobody reads the other end yet.
bool fillPipe(int fd, kj::ArrayPtr<const kj::byte> bytes) {
  return bytes.size() == 0 ||
         ::write(fd, bytes.begin(), bytes.size()) == static_cast<ssize_t>(bytes.size());
}

OwnedFd pipeWith(kj::ArrayPtr<const kj::byte> bytes) {
  int ends[2];
  KJ_SYSCALL(::pipe2(ends, O_CLOEXEC));
  OwnedFd readEnd(ends[0]), writeEnd(ends[1]);
  KJ_SYSCALL(::fcntl(writeEnd.get(), F_SETFL, O_NONBLOCK));
  return fillPipe(writeEnd.get(), bytes) ? kj::mv(readEnd) : OwnedFd();
}

// In the folder for temporary files, without a name.
OwnedFd fileWith(kj::ArrayPtr<const kj::byte> bytes) {
  const char* folder = ::getenv("TMPDIR");
  std::string path(folder == nullptr || *folder == '\0' ? "/tmp" : folder);
  path += "/stdin-XXXXXX";
  OwnedFd file(::mkostemp(path.data(), O_CLOEXEC));
  if (!file) KJ_FAIL_SYSCALL("mkostemp", errno, "no place for a cell's input");
  ::unlink(path.c_str());
  while (bytes.size() > 0) {
    ssize_t count;
    KJ_SYSCALL(count = ::write(file.get(), bytes.begin(), bytes.size()), "a cell's input");
    bytes = bytes.slice(static_cast<size_t>(count), bytes.size());
  }
  KJ_SYSCALL(::lseek(file.get(), 0, SEEK_SET));
  return file;
}

}  // namespace

void placeCellInput(kj::ArrayPtr<const kj::byte> bytes) {
  OwnedFd input = pipeWith(bytes);
  if (!input) input = fileWith(bytes);
  KJ_SYSCALL(::dup2(input.get(), STDIN_FILENO));
}

}  // namespace brood::zygote
