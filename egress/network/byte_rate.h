#pragma once
// How fast bytes may pass.

#include <kj/time.h>

#include <cstdint>

namespace brood::egress {

// A bucket that fills at a rate and may be emptied below zero: bytes that are there already pass,
// and what comes after them waits until the debt is paid. A second's worth may pass at once.
class ByteRate {
 public:
  // 0: as fast as they come.
  explicit ByteRate(uint64_t bytesPerSecond) : bytesPerSecond_(bytesPerSecond) {}

  // How long to wait before anything more is read.
  kj::Duration take(uint64_t bytes, kj::TimePoint now);

 private:
  const uint64_t bytesPerSecond_;
  bool isStarted_ = false;
  // When the bucket is, or was, full.
  kj::TimePoint fullAt_ = kj::origin<kj::TimePoint>();
};

}  // namespace brood::egress
