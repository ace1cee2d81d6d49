#include "gateway/access/key_changes.h"

#include <unordered_map>

namespace brood::gateway {

std::vector<KeyChange> keyChanges(const KeyFile& before, const KeyFile& after) {
  std::unordered_map<std::string, const KeyEntry*> old;
  for (const auto& key : before.keys) old.emplace(key.id, &key);
  std::vector<KeyChange> changes;
  for (const auto& key : after.keys) {
    const auto found = old.find(key.id);
    if (found == old.end()) {
      changes.push_back({key.id, key.tenant, "created"});
      continue;
    }
    const KeyEntry& former = *found->second;
    if (key.revoked && !former.revoked) {
      changes.push_back({key.id, key.tenant, "revoked"});
    } else if (!(key == former)) {
      changes.push_back({key.id, key.tenant, "changed"});
    }
    old.erase(found);
  }
  for (const auto& key : before.keys) {
    if (old.contains(key.id)) changes.push_back({key.id, key.tenant, "removed"});
  }
  return changes;
}

}  // namespace brood::gateway
