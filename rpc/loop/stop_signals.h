#pragma once
// The signals that ask a daemon to finish its work and end.

#include <kj/async.h>

#include "rpc/loop/uv_event_port.h"

namespace brood {

// SIGTERM, SIGINT and SIGHUP; the last not where it was ignored at the start (nohup(1)).
class StopSignals {
 public:
  explicit StopSignals(UvEventPort& port);

  // The next of them, or one that has come since the last call.
  kj::Promise<void> next();

 private:
  UvSignal terminate_, interrupt_;
  kj::Maybe<kj::Own<UvSignal>> hangUp_;
};

}  // namespace brood
