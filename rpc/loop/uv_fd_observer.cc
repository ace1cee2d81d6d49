#include "rpc/loop/uv_event_port.h"
#include "rpc/loop/uv_handle.h"

namespace brood {

namespace {

struct Waiter {
  // False if nobody is waiting (any more).
  bool fire() noexcept {
    KJ_IF_MAYBE (waiting, fulfiller) {
      const bool wanted = (*waiting)->isWaiting();
      if (wanted) (*waiting)->fulfill();
      fulfiller = nullptr;
      return wanted;
    }
    return false;
  }

  int event = 0;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> fulfiller;
};

int allowedEvents(UvFdObserver::Interest interest) {
  switch (interest) {
    case UvFdObserver::Interest::read:
      return UV_READABLE | UV_DISCONNECT;
    case UvFdObserver::Interest::write:
      return UV_WRITABLE | UV_DISCONNECT;
    case UvFdObserver::Interest::readWrite:
      return UV_READABLE | UV_WRITABLE | UV_DISCONNECT;
  }
  KJ_UNREACHABLE;
}

}  // namespace

struct UvFdObserver::Impl {
  Impl(UvEventPort& port, int fd, Interest interest) : allowed(allowedEvents(interest)) {
    poll = newUvHandle<uv_poll_t>("uv_poll_init", this, [&](uv_poll_t* handle) {
      return uv_poll_init(&port.loop(), handle, fd);
    });
  }

  kj::Promise<void> when(Waiter& waiter);
  int arm(int events) noexcept;
  void onEvents(int status, int events) noexcept;

  const int allowed;
  int armed = 0;
  Waiter readable{UV_READABLE, nullptr};
  Waiter writable{UV_WRITABLE, nullptr};
  Waiter disconnected{UV_DISCONNECT, nullptr};
  UvHandle<uv_poll_t> poll;
};

kj::Promise<void> UvFdObserver::Impl::when(Waiter& waiter) {
  KJ_REQUIRE((waiter.event & allowed) != 0, "not a direction this observer was made for");
  auto paf = kj::newPromiseAndFulfiller<void>();
  waiter.fulfiller = kj::mv(paf.fulfiller);
  if ((armed & waiter.event) == 0) requireUv(arm(armed | waiter.event), "uv_poll_start");
  return kj::mv(paf.promise);
}

int UvFdObserver::Impl::arm(int events) noexcept {
  armed = events;
  if (events == 0) return uv_poll_stop(poll.get());
  return uv_poll_start(poll.get(), events, [](uv_poll_t* handle, int status, int fired) noexcept {
    static_cast<Impl*>(handle->data)->onEvents(status, fired);
  });
}

void UvFdObserver::Impl::onEvents(int status, int events) noexcept {
  if (status < 0) {
    // The descriptor is in error and libuv has stopped the handle: whoever waits learns the
    // reason from the system call it makes next.
    armed = 0;
    events = allowed;
  }
  int unclaimed = 0;
  for (Waiter* waiter : {&readable, &writable, &disconnected}) {
    if ((events & waiter->event) != 0 && !waiter->fire()) unclaimed |= waiter->event;
  }
  // Level-triggered: what nobody waits for would fire on every turn. The next when...() re-arms
  // and fires again, so that no readiness is lost. Re-arming with fewer events cannot fail.
  if ((armed & unclaimed) != 0) arm(armed & ~unclaimed);
}

UvFdObserver::UvFdObserver(UvEventPort& port, int fd, Interest interest)
    : impl_(kj::heap<Impl>(port, fd, interest)) {}
UvFdObserver::~UvFdObserver() noexcept(false) {}

kj::Promise<void> UvFdObserver::whenReadable() { return impl_->when(impl_->readable); }
kj::Promise<void> UvFdObserver::whenWritable() { return impl_->when(impl_->writable); }
kj::Promise<void> UvFdObserver::whenDisconnected() { return impl_->when(impl_->disconnected); }

}  // namespace brood
