#pragma once
// A stream of which more may have been read than was used.

#include <kj/array.h>
#include <kj/async-io.h>

#include <string_view>

namespace brood::egress {

// Owns the stream. One read at a time. The buffer is there only while it holds something or a read
// is under way, so that thousands of connections that wait cost little.
class BufferedStream {
 public:
  BufferedStream(kj::Own<kj::AsyncIoStream> stream, size_t capacityBytes)
      : stream_(kj::mv(stream)), capacity_(capacityBytes) {}
  KJ_DISALLOW_COPY(BufferedStream);

  kj::AsyncIoStream& stream() { return *stream_; }
  std::string_view bytes() const { return {storage_.begin() + begin_, end_ - begin_}; }
  void consume(size_t count);

  // False at the end of the stream. Not when the buffer is full.
  kj::Promise<bool> readMore();

 private:
  kj::Own<kj::AsyncIoStream> stream_;
  const size_t capacity_;
  kj::Array<char> storage_;
  size_t begin_ = 0, end_ = 0;
};

}  // namespace brood::egress
