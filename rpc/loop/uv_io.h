#pragma once
// KJ's network and stream interfaces over UvEventPort, for Cap'n Proto RPC and for the gateway.

#include <kj/async-io.h>

#include "rpc/loop/uv_event_port.h"

namespace brood {

// Streams and listeners over uv_poll_t; no datagrams, and no streams that pass descriptors. The
// port must outlive the provider. A stream's whenWriteDisconnected() resolves when the peer has
// closed or shut down its sending side: TCP does not tell one from the other.
kj::Own<kj::LowLevelAsyncIoProvider> newUvLowLevelIoProvider(UvEventPort& port);

// Everything a process of ours needs to run KJ on libuv, in the order it must be destroyed.
// The loop is this object's own. `waitScope()` belongs to the constructing thread. The process
// ignores SIGPIPE from then on, so that a pipe without a reader is an exception.
class UvAsyncIo {
 public:
  UvAsyncIo();
  ~UvAsyncIo() noexcept(false);
  KJ_DISALLOW_COPY(UvAsyncIo);

  uv_loop_t& loop();
  UvEventPort& port();
  kj::Timer& timer();
  kj::LowLevelAsyncIoProvider& lowLevel();
  kj::AsyncIoProvider& provider();
  kj::WaitScope& waitScope();

 private:
  struct Impl;
  kj::Own<Impl> impl_;
};

}  // namespace brood
