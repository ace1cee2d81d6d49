#pragma once
// Ctrl-C in the middle of a measurement: stop, clean up, say nothing half-measured.

#include <signal.h>

#include "rpc/loop/uv_io.h"

namespace brood::bench {

struct Interrupted {};

class Interrupt {
 public:
  explicit Interrupt(UvAsyncIo& io)
      : interrupt_(io.port(), SIGINT),
        terminate_(io.port(), SIGTERM),
        arrival_(interrupt_.next()
                     .exclusiveJoin(terminate_.next())
                     .then([this] { arrived_ = true; })
                     .eagerlyEvaluate(nullptr)) {}
  KJ_DISALLOW_COPY(Interrupt);

  bool hasArrived() const { return arrived_; }
  void check() const {
    if (arrived_) throw Interrupted{};
  }

 private:
  UvSignal interrupt_;
  UvSignal terminate_;
  bool arrived_ = false;
  kj::Promise<void> arrival_;
};

}  // namespace brood::bench
