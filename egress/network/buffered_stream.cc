#include "egress/network/buffered_stream.h"

#include <kj/debug.h>

#include <cstring>

namespace brood::egress {

void BufferedStream::consume(size_t count) {
  begin_ += count;
  KJ_ASSERT(begin_ <= end_);
  if (begin_ < end_) return;
  begin_ = end_ = 0;
  storage_ = nullptr;
}

kj::Promise<bool> BufferedStream::readMore() {
  if (storage_.size() == 0) storage_ = kj::heapArray<char>(capacity_);
  if (begin_ > 0) {
    std::memmove(storage_.begin(), storage_.begin() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  KJ_ASSERT(end_ < capacity_, "a buffer is full and nobody uses it");
  return stream_->tryRead(storage_.begin() + end_, 1, capacity_ - end_).then([this](size_t count) {
    end_ += count;
    return count > 0;
  });
}

}  // namespace brood::egress
