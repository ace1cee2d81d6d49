#include "gateway/http/input_buffer.h"

#include <kj/debug.h>

#include <cstring>

namespace brood::gateway {

void InputBuffer::consume(size_t count) {
  KJ_IREQUIRE(count <= end_ - begin_);
  begin_ += count;
}

kj::Promise<void> InputBuffer::whenMore() {
  if (ended_) return kj::READY_NOW;
  auto pair = kj::newPromiseAndFulfiller<void>();
  waiter_ = kj::mv(pair.fulfiller);
  if (!reading_) startReading();
  return kj::mv(pair.promise);
}

void InputBuffer::startReading() {
  // Nobody else holds a pointer into the buffer now, so its content may move to the front.
  if (begin_ > 0) {
    std::memmove(storage_.begin(), storage_.begin() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  KJ_REQUIRE(end_ < storage_.size(), "reading into a full buffer");
  reading_ = true;
  read_ = stream_.tryRead(storage_.begin() + end_, 1, storage_.size() - end_)
              .then(
                  [this](size_t count) {
                    end_ += count;
                    ended_ = count == 0;
                  },
                  [this](kj::Exception&&) { ended_ = lost_ = true; })
              .then([this] {
                reading_ = false;
                wakeWaiter();
              })
              .eagerlyEvaluate(nullptr);
}

void InputBuffer::wakeWaiter() {
  KJ_IF_MAYBE (waiter, waiter_) {
    (*waiter)->fulfill();
  }
  waiter_ = nullptr;
}

}  // namespace brood::gateway
