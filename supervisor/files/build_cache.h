#pragma once
// A cache of compilers' results by their sources, bounded in bytes, the longest unused going first.
//
// An entry's key is all that went into it, whole and not as a hash: there is nothing to collide.
// Entries are only ever copied out, so that no job has a hand on what another will run.

#include <kj/common.h>

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace brood::supervisor {

// The result of a compiler that was content.
struct Build {
  std::vector<kj::byte> program;
  std::string stdout, stderr;  // The compiler's: warnings.
};

class BuildCache {
 public:
  explicit BuildCache(uint64_t maxBytes) : maxBytes_(maxBytes) {}
  BuildCache(const BuildCache&) = delete;

  // nullptr if it is not there.
  std::shared_ptr<const Build> find(const std::string& key);
  // A build that does not fit at all is not kept.
  void put(std::string key, std::shared_ptr<const Build> build);

  uint64_t bytes() const { return bytes_; }
  size_t entries() const { return entries_.size(); }
  uint64_t hits() const { return hits_; }
  uint64_t misses() const { return misses_; }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Build> build;
  };

  void drop(std::list<Entry>::iterator entry);

  const uint64_t maxBytes_;
  uint64_t bytes_ = 0, hits_ = 0, misses_ = 0;
  std::list<Entry> entries_;  // The latest used first.
  // Ordered: no choice of keys makes a look-up slow, as it can with a hash.
  std::map<std::string_view, std::list<Entry>::iterator> byKey_;
};

// One key of many parts, so that no two lists of parts have the same.
std::string buildKey(const std::vector<std::string_view>& parts);

}  // namespace brood::supervisor
