#include "rpc/loop/uv_event_port.h"
#include "rpc/loop/uv_handle.h"

namespace brood {

struct UvSignal::Impl {
  Impl(UvEventPort& port, int signalNumber) {
    handle = newUvHandle<uv_signal_t>("uv_signal_init", this, [&](uv_signal_t* uninitialised) {
      return uv_signal_init(&port.loop(), uninitialised);
    });
    requireUv(
        uv_signal_start(
            handle.get(),
            [](uv_signal_t* fired, int) noexcept { static_cast<Impl*>(fired->data)->onArrival(); },
            signalNumber),
        "uv_signal_start");
  }

  void onArrival() noexcept {
    KJ_IF_MAYBE (waiting, fulfiller) {
      const bool wanted = (*waiting)->isWaiting();
      if (wanted) (*waiting)->fulfill();
      fulfiller = nullptr;
      if (wanted) return;
    }
    arrived = true;
  }

  bool arrived = false;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> fulfiller;
  UvHandle<uv_signal_t> handle;
};

UvSignal::UvSignal(UvEventPort& port, int signalNumber)
    : impl_(kj::heap<Impl>(port, signalNumber)) {}
UvSignal::~UvSignal() noexcept(false) {}

kj::Promise<void> UvSignal::next() {
  if (impl_->arrived) {
    impl_->arrived = false;
    return kj::READY_NOW;
  }
  auto paf = kj::newPromiseAndFulfiller<void>();
  impl_->fulfiller = kj::mv(paf.fulfiller);
  return kj::mv(paf.promise);
}

}  // namespace brood
