#include "base/owned_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace brood {
namespace {

bool isOpen(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

int newFd() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

TEST(OwnedFd, ClosesWhatItOwns) {
  const int fd = newFd();
  {
    OwnedFd owned(fd);
    EXPECT_TRUE(static_cast<bool>(owned));
    EXPECT_EQ(owned.get(), fd);
    EXPECT_TRUE(isOpen(fd));
  }
  EXPECT_FALSE(isOpen(fd));
}

TEST(OwnedFd, HasOneOwner) {
  OwnedFd first(newFd());
  const int fd = first.get();
  OwnedFd second(std::move(first));
  EXPECT_FALSE(static_cast<bool>(first));  // NOLINT: what is left of it is the question.
  EXPECT_EQ(second.get(), fd);
  const int other = newFd();
  second = OwnedFd(other);
  EXPECT_FALSE(isOpen(fd));
  EXPECT_TRUE(isOpen(other));
}

TEST(OwnedFd, GivesUpWhatIsReleased) {
  OwnedFd owned(newFd());
  const int fd = owned.release();
  EXPECT_FALSE(static_cast<bool>(owned));
  EXPECT_TRUE(isOpen(fd));
  ::close(fd);
}

TEST(OwnedFd, NoneIsNeverClosed) {
  OwnedFd none;
  EXPECT_EQ(none.get(), -1);
  none.reset();
  EXPECT_FALSE(static_cast<bool>(OwnedFd(-1)));
}

}  // namespace
}  // namespace brood
