#include "rpc/loop/uv_event_port.h"

#include <atomic>
#include <limits>

#include "rpc/loop/uv_handle.h"

namespace brood {

namespace {

// libuv counts poll timeouts in an int of milliseconds.
constexpr uint64_t kMaxTimeoutMs = std::numeric_limits<int>::max();

// Enough for handles closed by close callbacks and for signals that are still being delivered.
constexpr int kMaxClosingTurns = 16;

}  // namespace

struct UvEventPort::Impl {
  explicit Impl(uv_loop_t& borrowedLoop);

  void armTimer();
  bool turn(uv_run_mode mode);

  uv_loop_t& loop;
  kj::TimerImpl timer;
  kj::Maybe<kj::TimePoint> armedFor;
  bool turning = false;
  mutable std::atomic<bool> woken{false};
  UvHandle<uv_timer_t> timerHandle;
  UvHandle<uv_async_t> wakeHandle;
};

UvEventPort::Impl::Impl(uv_loop_t& borrowedLoop)
    : loop(borrowedLoop), timer(kj::systemPreciseMonotonicClock().now()) {
  timerHandle = newUvHandle<uv_timer_t>(
      "uv_timer_init", this, [this](uv_timer_t* handle) { return uv_timer_init(&loop, handle); });
  // Always active, so that uv_run(ONCE) sleeps even when no descriptor is watched.
  wakeHandle = newUvHandle<uv_async_t>("uv_async_init", this, [this](uv_async_t* handle) {
    return uv_async_init(&loop, handle, [](uv_async_t*) noexcept {});
  });
}

// Restarts the uv_timer only if the next deadline changed: most turns change none.
void UvEventPort::Impl::armTimer() {
  KJ_IF_MAYBE (next, timer.nextEvent()) {
    KJ_IF_MAYBE (armed, armedFor) {
      if (*armed == *next) return;
    }
    const uint64_t timeoutMs = KJ_ASSERT_NONNULL(timer.timeoutToNextEvent(
        kj::systemPreciseMonotonicClock().now(), kj::MILLISECONDS, kMaxTimeoutMs));
    uv_update_time(&loop);
    // libuv before 1.45 runs timers ahead of the poll too, and would then sleep although the one
    // it was to wake for has fired; uv_stop() makes that poll return at once.
    requireUv(uv_timer_start(
                  timerHandle.get(),
                  [](uv_timer_t* handle) noexcept {
                    static_cast<Impl*>(handle->data)->armedFor = nullptr;
                    uv_stop(handle->loop);
                  },
                  timeoutMs, 0),
              "uv_timer_start");
    armedFor = *next;
  } else if (armedFor != nullptr) {
    uv_timer_stop(timerHandle.get());
    armedFor = nullptr;
  }
}

bool UvEventPort::Impl::turn(uv_run_mode mode) {
  KJ_REQUIRE(!turning, "uv_run() is not re-entrant: do not wait() inside a libuv callback");
  turning = true;
  uv_run(&loop, mode);
  turning = false;
  // Outside uv_run(): firing timers may throw.
  timer.advanceTo(kj::systemPreciseMonotonicClock().now());
  return woken.exchange(false, std::memory_order_acq_rel);
}

UvEventPort::UvEventPort(uv_loop_t& loop) : impl_(kj::heap<Impl>(loop)) {}
UvEventPort::~UvEventPort() noexcept(false) {}

uv_loop_t& UvEventPort::loop() { return impl_->loop; }
kj::Timer& UvEventPort::timer() { return impl_->timer; }

bool UvEventPort::wait() {
  impl_->armTimer();
  return impl_->turn(UV_RUN_ONCE);
}

bool UvEventPort::poll() { return impl_->turn(UV_RUN_NOWAIT); }

// Nothing to schedule: KJ drives libuv from wait(), never the reverse.
void UvEventPort::setRunnable(bool) {}

// The flag goes first: a turn woken by the handle must find it set.
void UvEventPort::wake() const {
  impl_->woken.store(true, std::memory_order_release);
  uv_async_send(impl_->wakeHandle.get());
}

void closeUvLoop(uv_loop_t& loop) {
  int result = uv_loop_close(&loop);
  for (int turn = 0; result == UV_EBUSY && turn < kMaxClosingTurns; ++turn) {
    uv_run(&loop, UV_RUN_NOWAIT);
    result = uv_loop_close(&loop);
  }
  KJ_REQUIRE(result == 0, "a libuv handle outlives its loop", uv_strerror(result)) { break; }
}

}  // namespace brood
