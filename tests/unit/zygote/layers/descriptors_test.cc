#include "zygote/layers/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

TEST(DescriptorsTest, KeepsExactlyFour) {
  EXPECT_EQ(inForkedChild([] {
              int channel = ::fcntl(0, F_DUPFD, 10), in = ::fcntl(0, F_DUPFD, 20);
              int out = ::fcntl(1, F_DUPFD, 30), err = ::fcntl(2, F_DUPFD, 40);
              ::fcntl(2, F_DUPFD, 200);
              if (placeWorkerDescriptors({channel, in, out, err}) != 0) return 1;
              // Until then the zygote's are there: what the layer is for.
              if (::fcntl(200, F_GETFD) < 0) return 4;
              if (closeAllOtherDescriptors() != 0) return 1;
              for (int fd = 0; fd < 256; ++fd) {
                if ((::fcntl(fd, F_GETFD) >= 0) != (fd <= kWorkerChannelFd)) return 2;
              }
              return ::fcntl(kWorkerChannelFd, F_GETFD) == FD_CLOEXEC ? 0 : 3;
            }),
            0);
}

TEST(DescriptorsTest, RefusesSourcesThatWouldBeOverwritten) {
  EXPECT_EQ(placeWorkerDescriptors({9, 9, 3, 9}), EBADF);
}

}  // namespace
}  // namespace brood::zygote
