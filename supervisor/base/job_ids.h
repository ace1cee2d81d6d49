#pragma once
// Names of jobs: 128 random bits in hexadecimal, so that nobody can guess that of another.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace brood::supervisor {

// Draws for several jobs at once (getrandom(2)).
class JobIds {
 public:
  std::string next();

 private:
  static constexpr size_t kWordsPerId = 2;

  std::array<uint64_t, 32 * kWordsPerId> words_{};
  size_t used_ = words_.size();
};

}  // namespace brood::supervisor
