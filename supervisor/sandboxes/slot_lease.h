#pragma once
// Owns a sandbox. The destructor returns it to its SandboxOwner, which removes it and frees its id,
// also after an exception or if the caller goes away.

#include "supervisor/sandboxes/sandbox.h"

namespace brood::supervisor {

// Takes back sandboxes that nobody needs any more.
class SandboxOwner {
 public:
  // Kills everything in it and takes it apart in the background.
  virtual void retire(kj::Own<Sandbox> sandbox) = 0;

 protected:
  ~SandboxOwner() = default;
};

class SlotLease {
 public:
  // `owner` is borrowed.
  SlotLease(SandboxOwner& owner, kj::Own<Sandbox> sandbox)
      : owner_(&owner), sandbox_(kj::mv(sandbox)) {}
  ~SlotLease() noexcept(false) {
    if (sandbox_.get() != nullptr) owner_->retire(kj::mv(sandbox_));
  }
  SlotLease(SlotLease&& other) noexcept : owner_(other.owner_), sandbox_(kj::mv(other.sandbox_)) {}
  KJ_DISALLOW_COPY(SlotLease);

  // The caller has the sandbox from here on. This one goes on borrowing it, and gives it back to
  // `host`, which is borrowed: the sandbox is kept for other workers after this one.
  SlotLease passOn(SandboxOwner& host) {
    SlotLease owned(*owner_, kj::mv(sandbox_));
    owner_ = &host;
    sandbox_ = kj::Own<Sandbox>(&*owned, kj::NullDisposer::instance);
    return owned;
  }

  Sandbox& operator*() const { return const_cast<Sandbox&>(*sandbox_); }
  Sandbox* operator->() const { return const_cast<Sandbox*>(sandbox_.get()); }

 private:
  SandboxOwner* owner_;
  kj::Own<Sandbox> sandbox_;
};

}  // namespace brood::supervisor
