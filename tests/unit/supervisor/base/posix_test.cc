#include "supervisor/base/posix.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/exception.h>
#include <sys/mman.h>
#include <unistd.h>

namespace brood::supervisor {
namespace {

OwnedFd fileWith(const std::string& content) {
  OwnedFd fd(::memfd_create("test", MFD_CLOEXEC));
  EXPECT_EQ(::write(fd.get(), content.data(), content.size()),
            static_cast<ssize_t>(content.size()));
  return fd;
}

TEST(Posix, ReadsKernelCountersByWholeKey) {
  auto fd = fileWith("oom 1\noom_kill 23\nmax 4\n");
  EXPECT_EQ(readKernelCounter(fd.get(), "oom_kill"), 23u);
  EXPECT_EQ(readKernelCounter(fd.get(), "oom"), 1u);
  EXPECT_EQ(readKernelCounter(fd.get(), "max"), 4u);
  EXPECT_EQ(readKernelCounter(fd.get(), "ma"), 0u);
}

TEST(Posix, ReadsNumbersFromTheStartEachTime) {
  auto fd = fileWith("18446744073709551615\n");
  EXPECT_EQ(readKernelNumber(fd.get()), UINT64_MAX);
  EXPECT_EQ(readKernelNumber(fd.get()), UINT64_MAX);
}

TEST(Posix, MissingFileNamesItself) {
  try {
    readFileAt(AT_FDCWD, "/nonexistent/file");
    FAIL() << "no exception";
  } catch (const kj::Exception& exception) {
    EXPECT_NE(std::string(exception.getDescription().cStr()).find("/nonexistent/file"),
              std::string::npos);
  }
}

TEST(Posix, PidfdOfSelfCanBeSignalledWithNothing) {
  OwnedFd pidfd = openPidfd(::getpid());
  signalPidfd(pidfd.get(), 0);
  EXPECT_GE(pidfd.get(), 0);
}

}  // namespace
}  // namespace brood::supervisor
