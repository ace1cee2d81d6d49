#include "supervisor/sessions/output_ring.h"

#include <utility>

#include "base/text.h"

namespace brood::supervisor {

void OutputRing::add(rpc::OutputStream stream, kj::ArrayPtr<const kj::byte> bytes) {
  pieces_.push_back({stream, textOf(bytes)});
  ++next_;
  bytes_ += bytes.size();
  while (bytes_ > mostBytes_ && pieces_.size() > 1) {
    bytes_ -= pieces_.front().bytes.size();
    pieces_.pop_front();
  }
  tell();
}

void OutputRing::end() {
  hasEnded_ = true;
  tell();
}

kj::Promise<void> OutputRing::whenMore(uint64_t number) {
  if (number < next_ || hasEnded_) return kj::READY_NOW;
  auto paf = kj::newPromiseAndFulfiller<void>();
  waiting_.push_back(kj::mv(paf.fulfiller));
  return kj::mv(paf.promise);
}

void OutputRing::tell() {
  for (auto& waiter : std::exchange(waiting_, {})) waiter->fulfill();
}

}  // namespace brood::supervisor
