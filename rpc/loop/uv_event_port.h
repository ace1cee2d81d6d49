#pragma once
// KJ promises on a libuv loop: libuv polls, KJ runs on top.

#include <kj/async.h>
#include <kj/time.h>
#include <kj/timer.h>
#include <uv.h>

namespace brood {

// Owns the uv handles it needs on a borrowed loop. One per thread and per loop. The loop must
// outlive it. No exception crosses a libuv frame.
class UvEventPort final : public kj::EventPort {
 public:
  explicit UvEventPort(uv_loop_t& loop);
  ~UvEventPort() noexcept(false);
  KJ_DISALLOW_COPY(UvEventPort);

  uv_loop_t& loop();
  // Monotonic; advanced on every turn of the loop.
  kj::Timer& timer();

  // kj::EventPort
  bool wait() override;
  bool poll() override;
  void setRunnable(bool runnable) override;
  void wake() const override;

 private:
  struct Impl;
  kj::Own<Impl> impl_;
};

// Runs the closing of handles to its end and closes the loop; every owner of a handle on it (the
// port, observers, signals) must be gone.
void closeUvLoop(uv_loop_t& loop);

// Readiness of one borrowed descriptor, level-triggered. The uv_poll stays armed between waits
// and is stopped only when it fires with nobody waiting. The descriptor's open file description
// becomes non-blocking: never observe one that a worker holds too.
class UvFdObserver {
 public:
  enum class Interest { read, write, readWrite };
  UvFdObserver(UvEventPort& port, int fd, Interest interest);
  ~UvFdObserver() noexcept(false);
  KJ_DISALLOW_COPY(UvFdObserver);

  // Each resolves when the descriptor is (or already was) ready, at end of file or on error.
  // At most one waiter per direction; a new call replaces the earlier promise's fulfiller.
  kj::Promise<void> whenReadable();
  kj::Promise<void> whenWritable();
  // Resolves when the peer of a socket or pipe has closed, or has shut down its sending side.
  kj::Promise<void> whenDisconnected();

 private:
  struct Impl;
  kj::Own<Impl> impl_;
};

// One signal number. Construct before the signal can arrive.
class UvSignal {
 public:
  UvSignal(UvEventPort& port, int signalNumber);
  ~UvSignal() noexcept(false);
  KJ_DISALLOW_COPY(UvSignal);
  // Resolves at the next arrival, or at once if one arrived since the last call.
  kj::Promise<void> next();

 private:
  struct Impl;
  kj::Own<Impl> impl_;
};

}  // namespace brood
