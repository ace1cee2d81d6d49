#pragma once
// Helpers that the tests of KJ on libuv share.

#include <kj/debug.h>
#include <unistd.h>

#include "rpc/loop/uv_handle.h"
#include "rpc/loop/uv_io.h"
#include "tests/unit/rpc/open_fds.h"

namespace brood {

class UvTest : public FdLeakTest {
 protected:
  // libuv opens its signal pipe with the process's first loop and keeps it.
  static void SetUpTestSuite() { UvAsyncIo warmUp; }
};

// The kind of exception a promise ends with, or nothing if it succeeds.
template <typename T>
kj::Maybe<kj::Exception::Type> failureOf(kj::Promise<T> promise, kj::WaitScope& waitScope) {
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&]() { promise.wait(waitScope); })) {
    return exception->getType();
  }
  return nullptr;
}

// Turns of the loop so far: tells a loop that sleeps from one that spins.
class TurnCounter {
 public:
  explicit TurnCounter(uv_loop_t& loop) {
    handle_ = newUvHandle<uv_prepare_t>("uv_prepare_init", this, [&](uv_prepare_t* handle) {
      return uv_prepare_init(&loop, handle);
    });
    uv_prepare_start(handle_.get(), [](uv_prepare_t* handle) {
      ++static_cast<TurnCounter*>(handle->data)->turns_;
    });
  }

  int turns() const { return turns_; }

 private:
  int turns_ = 0;
  UvHandle<uv_prepare_t> handle_;
};

inline void writeByte(int fd, char value = 'x') { KJ_SYSCALL(::write(fd, &value, 1)); }

inline char readByte(int fd) {
  char value = 0;
  ssize_t n;
  KJ_SYSCALL(n = ::read(fd, &value, 1));
  KJ_REQUIRE(n == 1, "end of file");
  return value;
}

inline kj::Array<kj::byte> patternBytes(size_t size, unsigned seed = 1) {
  auto bytes = kj::heapArray<kj::byte>(size);
  for (auto& byte : bytes) {
    seed = seed * 1664525 + 1013904223;
    byte = static_cast<kj::byte>(seed >> 24);
  }
  return bytes;
}

}  // namespace brood
