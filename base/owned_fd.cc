#include "base/owned_fd.h"

#include <unistd.h>

namespace brood {

OwnedFd::~OwnedFd() {
  // close(2) on Linux releases the descriptor even when it reports EINTR; retrying would be wrong.
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace brood
