#pragma once
// A file descriptor with one owner. Ours rather than KJ's, whose name differs between the
// versions we build against (AutoCloseFd in 0.9, OwnFd later).

#include <utility>

namespace brood {

class OwnedFd {
 public:
  OwnedFd() = default;
  // Takes ownership. A negative value means "none".
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    OwnedFd old(std::exchange(fd_, std::exchange(other.fd_, -1)));
    return *this;
  }
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;
  ~OwnedFd();

  // Borrowed.
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  // The caller becomes the owner.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset() { *this = OwnedFd(); }

 private:
  int fd_ = -1;
};

}  // namespace brood
