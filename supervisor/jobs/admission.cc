#include "supervisor/jobs/admission.h"

namespace brood::supervisor {

class Admission::Permit {
 public:
  Permit(Admission& admission, Queue::Tenant& tenant)
      : admission_(admission), tenant_(tenant), startedAt_(admission.timer_.now()) {
    ++admission_.running_;
    ++tenant_.running;
  }
  ~Permit() noexcept(false) {
    --admission_.running_;
    --tenant_.running;
    const auto taken = admission_.timer_.now() - startedAt_;
    admission_.queue_.noteEnd(tenant_, static_cast<uint64_t>(taken / kj::MICROSECONDS));
    admission_.release();
  }
  KJ_DISALLOW_COPY(Permit);

 private:
  Admission& admission_;
  Queue::Tenant& tenant_;
  const kj::TimePoint startedAt_;
};

class Admission::Waiter {
 public:
  Waiter(kj::PromiseFulfiller<Entry>& fulfiller, Admission& admission, Queue::Tenant& tenant)
      : fulfiller_(fulfiller),
        admission_(admission),
        tenant_(tenant),
        place_(admission.queue_.push(tenant, this)) {}
  ~Waiter() noexcept(false) {
    if (waiting_) admission_.queue_.erase(tenant_, place_);
  }
  KJ_DISALLOW_COPY(Waiter);

  // The entry first: a tenant of which something runs is not forgotten.
  void admit() { settle(admission_.admit(tenant_)); }
  void refuse(Refusal refusal) { settle(Entry{kj::Own<void>(), refusal}); }

 private:
  void settle(Entry entry) {
    waiting_ = false;
    admission_.queue_.erase(tenant_, place_);
    fulfiller_.fulfill(kj::mv(entry));
  }

  kj::PromiseFulfiller<Entry>& fulfiller_;
  Admission& admission_;
  Queue::Tenant& tenant_;
  Queue::Place place_;
  bool waiting_ = true;
};

Admission::Admission(kj::Timer& timer, uint32_t maxConcurrent, uint32_t queueLimit,
                     uint64_t queueTimeoutMs)
    : timer_(timer),
      maxConcurrent_(maxConcurrent),
      queueLimit_(queueLimit),
      queueTimeoutMs_(queueTimeoutMs) {}

Admission::Entry Admission::admit(Queue::Tenant& tenant) {
  return Entry{kj::heap<Permit>(*this, tenant), Refusal::none};
}

kj::Maybe<Admission::Entry> Admission::enterNow(const JobTenant& whose) {
  if (draining_) return Entry{kj::Own<void>(), Refusal::draining};
  auto& tenant = queue_.tenant(whose.name);
  tenant.mostRunning = whose.mostRunning;
  // A tenant at its own limit has others waiting before this one, or will have.
  if (running_ < maxConcurrent_ && tenant.mayRun() && tenant.waiting() == 0) return admit(tenant);
  if (queue_.size() < queueLimit_) return nullptr;
  auto givesWay = queue_.lastOfLongest(tenant);
  if (!givesWay) {
    queue_.release(tenant);
    return Entry{kj::Own<void>(), Refusal::queueFull};
  }
  (*givesWay)->refuse(Refusal::queueFull);
  return nullptr;
}

kj::Promise<Admission::Entry> Admission::enter(const JobTenant& whose) {
  KJ_IF_MAYBE (entry, enterNow(whose)) return kj::mv(*entry);
  auto timedOut = timer_.afterDelay(queueTimeoutMs_ * kj::MILLISECONDS).then([]() {
    return Entry{kj::Own<void>(), Refusal::queueTimeout};
  });
  return kj::newAdaptedPromise<Entry, Waiter>(*this, queue_.tenant(whose.name))
      .exclusiveJoin(kj::mv(timedOut));
}

void Admission::release() {
  while (queue_.size() > 0 && running_ < maxConcurrent_) {
    const auto waiter = queue_.next();
    if (!waiter) break;
    (*waiter)->admit();
  }
  if (draining_ && running_ == 0) {
    KJ_IF_MAYBE (fulfiller, drained_) (*fulfiller)->fulfill();
  }
}

kj::Promise<void> Admission::drain() {
  draining_ = true;
  if (running_ == 0) return kj::READY_NOW;
  auto paf = kj::newPromiseAndFulfiller<void>();
  drained_ = kj::mv(paf.fulfiller);
  return kj::mv(paf.promise);
}

void Admission::refuseWaiting() {
  while (auto waiter = queue_.any()) (*waiter)->refuse(Refusal::draining);
}

}  // namespace brood::supervisor
