#include "zygote/slots/network_settings.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstring>

#include "base/owned_fd.h"
#include "zygote/layers/layer.h"

namespace brood::zygote {
namespace {

struct Setting {
  const char* path;
  const char* value;
};

// Documentation/admin-guide/sysctl/net.rst and Documentation/networking/ip-sysctl.rst of the
// kernel.
constexpr Setting kSettings[] = {
    // Connections that wait to be accepted, at each listening socket of any family.
    {"/proc/sys/net/core/somaxconn", "128"},
    // Bytes that a TCP socket keeps at least, at first, and at most.
    {"/proc/sys/net/ipv4/tcp_rmem", "4096 65536 131072"},
    {"/proc/sys/net/ipv4/tcp_wmem", "4096 16384 131072"},
    // Ends of connections that are remembered for a minute.
    {"/proc/sys/net/ipv4/tcp_max_tw_buckets", "4096"},
};

}  // namespace

int keepQueuesShort() {
  for (auto& setting : kSettings) {
    OwnedFd file(::open(setting.path, O_WRONLY | O_CLOEXEC));
    if (!file) {
      if (errno == ENOENT || errno == EROFS || errno == EACCES) continue;
      return errno;
    }
    if (::write(file.get(), setting.value, std::strlen(setting.value)) < 0) return errno;
  }
  return 0;
}

}  // namespace brood::zygote
