#pragma once
// KJ's network and stream interfaces over UvEventPort, for Cap'n Proto RPC and for the gateway.

#include <kj/async-io.h>

#include "rpc/uv_event_port.h"

namespace brood {

// Streams, listeners and datagram ports over uv_poll_t. The port must outlive the provider.
kj::Own<kj::LowLevelAsyncIoProvider> newUvLowLevelIoProvider(UvEventPort& port);

// Everything a process of ours needs to run KJ on libuv, in the order it must be destroyed.
// The loop is this object's own. `waitScope()` belongs to the constructing thread.
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
