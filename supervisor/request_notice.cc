#include "supervisor/request_notice.h"

#include <cstdint>
#include <cstring>

namespace brood {
namespace {

// A message begins with the number of its segments but one, and the first one's words
// (https://capnproto.org/encoding.html#serialization-over-a-stream).
constexpr size_t kTableBytes = 8;
// The call of a job that prints something has forty; a call without parameters, ten.
constexpr uint32_t kFewestWordsOfAJob = 24;

class NoticingStream final : public kj::AsyncIoStream {
 public:
  NoticingStream(kj::Own<kj::AsyncIoStream> inner, const std::function<void()>& onRequest)
      : inner_(kj::mv(inner)), onRequest_(onRequest) {}

  kj::Promise<size_t> tryRead(void* buffer, size_t minBytes, size_t maxBytes) override {
    auto read = inner_->tryRead(buffer, minBytes, maxBytes);
    const bool isBeginning = maxBytes == kTableBytes && !hasMoreOfTable_;
    hasMoreOfTable_ = false;
    if (!isBeginning) return read;
    return read.then([this, buffer](size_t count) {
      uint32_t table[2] = {};
      if (count == kTableBytes) std::memcpy(table, buffer, sizeof(table));
      // What does not fit into the first segment has made a second one, and the table is longer.
      hasMoreOfTable_ = table[0] > 0;
      if (hasMoreOfTable_ || table[1] >= kFewestWordsOfAJob) onRequest_();
      return count;
    });
  }
  kj::Promise<void> write(const void* buffer, size_t size) override {
    return inner_->write(buffer, size);
  }
  kj::Promise<void> write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces) override {
    return inner_->write(pieces);
  }
  kj::Promise<void> whenWriteDisconnected() override { return inner_->whenWriteDisconnected(); }
  void shutdownWrite() override { inner_->shutdownWrite(); }
  void abortRead() override { inner_->abortRead(); }
  kj::Maybe<int> getFd() const override { return inner_->getFd(); }

 private:
  kj::Own<kj::AsyncIoStream> inner_;
  const std::function<void()>& onRequest_;
  bool hasMoreOfTable_ = false;
};

class NoticingReceiver final : public kj::ConnectionReceiver {
 public:
  NoticingReceiver(kj::Own<kj::ConnectionReceiver> inner, std::function<void()> onRequest)
      : inner_(kj::mv(inner)), onRequest_(std::move(onRequest)) {}

  kj::Promise<kj::Own<kj::AsyncIoStream>> accept() override {
    return inner_->accept().then(
        [this](kj::Own<kj::AsyncIoStream> stream) -> kj::Own<kj::AsyncIoStream> {
          return kj::heap<NoticingStream>(kj::mv(stream), onRequest_);
        });
  }
  kj::uint getPort() override { return inner_->getPort(); }
  void getsockopt(int level, int option, void* value, kj::uint* length) override {
    inner_->getsockopt(level, option, value, length);
  }
  void setsockopt(int level, int option, const void* value, kj::uint length) override {
    inner_->setsockopt(level, option, value, length);
  }

 private:
  kj::Own<kj::ConnectionReceiver> inner_;
  const std::function<void()> onRequest_;
};

}  // namespace

kj::Own<kj::ConnectionReceiver> noticeRequests(kj::Own<kj::ConnectionReceiver> receiver,
                                               std::function<void()> onRequest) {
  return kj::heap<NoticingReceiver>(kj::mv(receiver), std::move(onRequest));
}

}  // namespace brood
