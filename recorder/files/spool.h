#pragma once
// A bounded queue of small files: things wait on the disk until they have been sent elsewhere.

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/utc_time.h"

namespace brood::recorder {

// Each item is a file of its own, written whole and brought to the disk before put() returns, and
// removed once it has been dropped. A process that is ended between the two finds it again, so that
// an item may be sent twice and is never lost. Used by one thread that puts and one that takes.
class Spool {
 public:
  struct Item {
    uint64_t number;  // The order in which they came.
    std::string bytes;
    UnixMillis storedAt;
  };

  // Takes up what is in `folder`, which is made, with mode 0700, if it is not there. Throws
  // std::system_error where it cannot be read or written.
  Spool(std::string folder, uint64_t maxBytes);

  // False if there is no room for it, or no disk; the caller counts what is lost.
  bool put(std::string_view bytes);
  // The oldest items, together of at most `maxBytes` and `maxItems`; at least one if there is any.
  std::vector<Item> oldest(uint64_t maxBytes, size_t maxItems);
  void drop(const std::vector<Item>& items);

  size_t items() const;
  uint64_t bytes() const;
  // The reason why the last put() failed, other than the bound; else empty.
  std::string problem() const;

 private:
  struct Entry {
    uint64_t number;
    uint64_t bytes;
  };

  std::string pathOf(uint64_t number) const;
  void takeUp();

  const std::string folder_;
  const uint64_t maxBytes_;
  mutable std::mutex mutex_;
  std::deque<Entry> entries_;
  uint64_t bytes_ = 0;
  uint64_t nextNumber_ = 1;
  std::string problem_;
};

}  // namespace brood::recorder
