#include "supervisor/frame_reader.h"

#include <errno.h>
#include <unistd.h>

namespace brood {

kj::Maybe<WorkerFrame> FrameReader::tryRead() {
  while (!ended_) {
    const ssize_t count = ::read(channelFd_, reinterpret_cast<char*>(&partial_) + partialBytes_,
                                 sizeof(WorkerFrame) - partialBytes_);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return nullptr;
    if (count <= 0) {
      ended_ = true;
      break;
    }
    partialBytes_ += static_cast<size_t>(count);
    if (partialBytes_ < sizeof(WorkerFrame)) continue;
    partialBytes_ = 0;
    if (partial_.magic != WorkerFrame::kMagic) {
      ended_ = true;
      break;
    }
    partial_.layer[sizeof(partial_.layer) - 1] = '\0';
    return partial_;
  }
  return nullptr;
}

}  // namespace brood
