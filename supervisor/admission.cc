#include "supervisor/admission.h"

namespace brood {

class Admission::Permit {
 public:
  explicit Permit(Admission& admission) : admission_(admission) { ++admission_.running_; }
  ~Permit() noexcept(false) {
    --admission_.running_;
    admission_.release();
  }
  KJ_DISALLOW_COPY(Permit);

 private:
  Admission& admission_;
};

class Admission::Waiter {
 public:
  Waiter(kj::PromiseFulfiller<Entry>& fulfiller, Admission& admission)
      : fulfiller_(fulfiller),
        admission_(admission),
        place_(admission.waiters_.insert(admission.waiters_.end(), this)) {}
  ~Waiter() noexcept(false) {
    if (waiting_) admission_.waiters_.erase(place_);
  }
  KJ_DISALLOW_COPY(Waiter);

  void settle(Entry entry) {
    admission_.waiters_.erase(place_);
    waiting_ = false;
    fulfiller_.fulfill(kj::mv(entry));
  }

 private:
  kj::PromiseFulfiller<Entry>& fulfiller_;
  Admission& admission_;
  std::list<Waiter*>::iterator place_;
  bool waiting_ = true;
};

Admission::Admission(kj::Timer& timer, uint32_t maxConcurrent, uint32_t queueLimit,
                     uint64_t queueTimeoutMs)
    : timer_(timer),
      maxConcurrent_(maxConcurrent),
      queueLimit_(queueLimit),
      queueTimeoutMs_(queueTimeoutMs) {}

kj::Maybe<Admission::Entry> Admission::enterNow() {
  if (draining_) return Entry{kj::Own<void>(), Refusal::draining};
  if (running_ < maxConcurrent_) return Entry{kj::heap<Permit>(*this), Refusal::none};
  if (waiters_.size() >= queueLimit_) return Entry{kj::Own<void>(), Refusal::queueFull};
  return nullptr;
}

kj::Promise<Admission::Entry> Admission::enter() {
  KJ_IF_MAYBE (entry, enterNow()) return kj::mv(*entry);
  auto timedOut = timer_.afterDelay(queueTimeoutMs_ * kj::MILLISECONDS).then([]() {
    return Entry{kj::Own<void>(), Refusal::queueTimeout};
  });
  return kj::newAdaptedPromise<Entry, Waiter>(*this).exclusiveJoin(kj::mv(timedOut));
}

void Admission::release() {
  while (!waiters_.empty() && running_ < maxConcurrent_) {
    waiters_.front()->settle(Entry{kj::heap<Permit>(*this), Refusal::none});
  }
  if (draining_ && running_ == 0) {
    KJ_IF_MAYBE(fulfiller, drained_) (*fulfiller)->fulfill();
  }
}

kj::Promise<void> Admission::drain() {
  draining_ = true;
  while (!waiters_.empty()) waiters_.front()->settle(Entry{kj::Own<void>(), Refusal::draining});
  if (running_ == 0) return kj::READY_NOW;
  auto paf = kj::newPromiseAndFulfiller<void>();
  drained_ = kj::mv(paf.fulfiller);
  return kj::mv(paf.promise);
}

}  // namespace brood
