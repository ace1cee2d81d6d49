#include "supervisor/base/job_ids.h"

#include <kj/debug.h>
#include <sys/random.h>

namespace brood::supervisor {

std::string JobIds::next() {
  if (used_ == words_.size()) {
    // Up to 256 bytes come whole, whatever signals there are (getrandom(2)).
    constexpr size_t kMostAtOnce = 256;
    auto* bytes = reinterpret_cast<char*>(words_.data());
    for (size_t done = 0; done < sizeof(words_); done += kMostAtOnce) {
      KJ_SYSCALL(::getrandom(bytes + done, kMostAtOnce, 0));
    }
    used_ = 0;
  }
  constexpr char kDigits[] = "0123456789abcdef";
  std::string id;
  id.reserve(kWordsPerId * 16);
  for (size_t i = 0; i < kWordsPerId; ++i) {
    uint64_t& word = words_[used_++];
    for (int shift = 60; shift >= 0; shift -= 4) id.push_back(kDigits[word >> shift & 0xf]);
    word = 0;
  }
  return id;
}

}  // namespace brood::supervisor
