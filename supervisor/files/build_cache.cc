#include "supervisor/files/build_cache.h"

namespace brood::supervisor {
namespace {

uint64_t bytesOf(const std::string& key, const Build& build) {
  return key.size() + build.program.size() + build.stdout.size() + build.stderr.size();
}

}  // namespace

std::shared_ptr<const Build> BuildCache::find(const std::string& key) {
  auto found = byKey_.find(key);
  if (found == byKey_.end()) {
    ++misses_;
    return nullptr;
  }
  ++hits_;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->build;
}

void BuildCache::drop(std::list<Entry>::iterator entry) {
  bytes_ -= bytesOf(entry->key, *entry->build);
  byKey_.erase(entry->key);
  entries_.erase(entry);
}

void BuildCache::put(std::string key, std::shared_ptr<const Build> build) {
  if (auto found = byKey_.find(key); found != byKey_.end()) drop(found->second);
  const uint64_t size = bytesOf(key, *build);
  if (size > maxBytes_) return;
  while (bytes_ + size > maxBytes_) drop(std::prev(entries_.end()));
  bytes_ += size;
  entries_.push_front({std::move(key), std::move(build)});
  byKey_.emplace(entries_.front().key, entries_.begin());
}

std::string buildKey(const std::vector<std::string_view>& parts) {
  std::string key;
  for (const auto part : parts) {
    key += std::to_string(part.size());
    key += ':';
    key += part;
  }
  return key;
}

}  // namespace brood::supervisor
