#pragma once
// The manifests of an installation and of its operator, read once at the start.

#include <string>
#include <vector>

#include "supervisor/languages/runtime_manifest.h"

namespace brood::supervisor {

struct Manifests {
  std::vector<RuntimeManifest> usable;    // By name. No two claim one name, alias or ending.
  std::vector<ManifestRefusal> refusals;  // The others'.
};

// NAME/manifest.toml and NAME.toml, directly in each folder. Of two that claim the same name, alias
// or ending the one of the earlier folder is taken. Throws if the first folder does not exist; of
// the others it is said in the refusals.
Manifests loadManifests(const std::string& shippedFolder,
                        const std::vector<std::string>& operatorFolders);

}  // namespace brood::supervisor
