#include "zygote/slots/loopback.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "zygote/layers/layer.h"

namespace brood::zygote {

int bringLoopbackUp() {
  int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  ifreq request = {};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  int error = errnoOf(::ioctl(fd, SIOCSIFFLAGS, &request));
  ::close(fd);
  return error;
}

}  // namespace brood::zygote
