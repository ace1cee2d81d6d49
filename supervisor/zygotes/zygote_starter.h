#pragma once
// Starts zygotes: says which program each is, what it is told before it warms up, and who hears of
// the system calls that end its jobs.

#include <string>

#include "config/config.h"
#include "supervisor/isolation/shared_host.h"
#include "supervisor/languages/manifest_folders.h"
#include "supervisor/zygotes/zygote_set.h"

namespace brood::supervisor {

// The directories of this instance in which zygotes work.
struct ZygoteDirectories {
  std::string scratch;
  std::string staging;  // The slot builder puts its root together there.
};

class ZygoteStarter {
 public:
  // All borrowed but for `directories` and `layers`: the policy without what this host lacks.
  ZygoteStarter(UvEventPort& port, Reaper& reaper, const Config& config, const Manifests& manifests,
                const SharedHost& sharedHost, LayerPolicy layers, ZygoteDirectories directories,
                DeniedCalls::Handler onDeniedCall);
  KJ_DISALLOW_COPY(ZygoteStarter);

  // The zygote that has no language: it builds slots, and executes any program.
  kj::Own<ZygoteHost> startSlotBuilder() const;
  // True if the language has a zygote, and that can be executed here.
  bool canStart(const RuntimeManifest& manifest) const;
  // Returns the zygotes of a profile, which borrow the arguments for as long as they live. They run
  // `script` when they warm up. Throws when the language has no zygote that could be executed.
  kj::Own<ZygoteSet> start(const ProfileConfig& profile, const RuntimeManifest& manifest,
                           const std::string& script) const;

 private:
  std::string binaryOf(const RuntimeManifest& manifest) const;
  void fillCommon(wire::WarmUp::Builder request, const std::string& profile) const;
  void fillSlotBuilder(wire::WarmUp::Builder request) const;
  void fillLanguage(wire::WarmUp::Builder request, const ProfileConfig& profile,
                    const RuntimeManifest& manifest, const std::string& script) const;

  UvEventPort& port_;
  Reaper& reaper_;
  const Config& config_;
  const Manifests& manifests_;
  const SharedHost& sharedHost_;
  const LayerPolicy layers_;
  const ZygoteDirectories directories_;
  const DeniedCalls::Handler onDeniedCall_;
};

}  // namespace brood::supervisor
