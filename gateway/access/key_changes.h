#pragma once
// The difference between two key files, key by key.

#include <string>
#include <vector>

#include "gateway/access/key_file.h"

namespace brood::gateway {

struct KeyChange {
  std::string id;
  std::string tenant;
  const char* what;  // "created", "revoked", "changed", "removed"

  bool operator==(const KeyChange& other) const {
    return id == other.id && tenant == other.tenant && std::string(what) == other.what;
  }
};

// Keys that are new or other than before, in the order of the new file, then those that are gone.
std::vector<KeyChange> keyChanges(const KeyFile& before, const KeyFile& after);

}  // namespace brood::gateway
