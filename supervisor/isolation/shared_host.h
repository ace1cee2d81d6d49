#pragma once
// Tier "process": where its sandboxes are on the host, and what of the host they may use.

#include <string>
#include <vector>

#include "base/policy/layers.h"
#include "config/config.h"
#include "host/features.h"
#include "rpc/wire/zygote.capnp.h"
#include "supervisor/languages/runtime_manifest.h"

namespace brood::supervisor {

class SharedHost {
 public:
  // `directory` is the instance's runtime directory. The configuration is borrowed.
  SharedHost(const HostFeatures& features, const Config& config, std::string directory);

  // False in the other tiers, where there is nothing to share.
  bool isUsed() const { return isUsed_; }
  // Whether a workspace is a directory of the host, which is measured instead of sized.
  bool measuresWorkspaces() const { return isUsed_; }
  // The directory of a slot to be, with a name that nobody can guess.
  std::string newPlace() const;
  // Nothing of namespaces, and Landlock without which there would be nothing.
  LayerPolicy policyFor(LayerPolicy wanted) const;
  void fillPlaces(wire::WarmUp::Builder request,
                  const std::vector<RuntimeManifest>& manifests) const;
  // Path of the library by which programs live with what they may not do in this tier, whichever it
  // is; empty if it is missing.
  std::string preload() const;
  // As above, for a zygote, which needs the library for the jobs that its forks run themselves:
  // programs that these execute find it in their own root. Without such a root each process
  // inherits it.
  std::string preloadOfZygote(bool runsJobs) const;
  // How a process that was forked for us is told to end: a keeper and a caretaker have work to do.
  int endSignal() const;
  // "layer: why it is missing", for all that takes namespaces. `why` they cannot be had.
  std::vector<std::string> reasons(const std::string& why) const;
  // Whether RLIMIT_NPROC counts nobody but those we see.
  bool countsOnlyOurs() const { return countsOnlyOurs_; }

 private:
  const bool isUsed_, countsOnlyOurs_;
  const Config& config_;
  const std::string directory_;
};

// For the folders of languages that have more in theirs than a manifest.
void fillRuntimeFolders(capnp::List<wire::RuntimeFolder>::Builder folders,
                        const std::vector<const RuntimeManifest*>& runtimes);
std::vector<const RuntimeManifest*> runtimesWithFiles(
    const std::vector<RuntimeManifest>& manifests);

}  // namespace brood::supervisor
