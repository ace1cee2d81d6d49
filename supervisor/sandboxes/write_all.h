#pragma once
// Writes bytes to a non-blocking descriptor, as fast as its reader takes them.

#include <errno.h>
#include <kj/async.h>
#include <kj/debug.h>
#include <unistd.h>

#include <cstring>

#include "rpc/loop/uv_event_port.h"

namespace brood::supervisor {

// `observer` watches `fd`; both, and the bytes, are borrowed until the promise resolves. Rejects
// DISCONNECTED if nobody reads any more.
inline kj::Promise<void> writeAll(int fd, UvFdObserver& observer,
                                  kj::ArrayPtr<const kj::byte> bytes) {
  while (bytes.size() > 0) {
    const ssize_t count = ::write(fd, bytes.begin(), bytes.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) {
        return observer.whenWritable().then(
            [fd, &observer, bytes]() { return writeAll(fd, observer, bytes); });
      }
      return KJ_EXCEPTION(DISCONNECTED, "worker is gone", strerror(errno));
    }
    bytes = bytes.slice(static_cast<size_t>(count), bytes.size());
  }
  return kj::READY_NOW;
}

}  // namespace brood::supervisor
