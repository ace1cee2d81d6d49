#pragma once
// The languages and profiles this supervisor serves: what a job's names resolve to.

#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "supervisor/manifest_folders.h"
#include "supervisor/warm_pool.h"

namespace brood {

// One profile at run time. Members are destroyed in reverse: the zygote before its pool.
struct Profile {
  const ProfileConfig& config;
  const RuntimeManifest& manifest;
  kj::Own<WarmPool> pool;
  kj::Own<ZygoteHost> zygote;
};

class Profiles {
 public:
  // Starts a zygote for each configured profile. Throws when a profile's language is unknown or
  // its zygote binary does not exist.
  Profiles(UvEventPort& port, Reaper& reaper, SlotPool& slots, WorkerStarter starter,
           const Config& config, DeniedCalls::Handler onDeniedCall = {});
  KJ_DISALLOW_COPY(Profiles);

  // They stay where they are.
  const std::vector<RuntimeManifest>& manifests() const { return manifests_.usable; }
  const std::vector<ManifestRefusal>& refusals() const { return manifests_.refusals; }
  const std::vector<std::unique_ptr<Profile>>& all() const { return profiles_; }

  // By name or alias; nullptr if unknown.
  const RuntimeManifest* findLanguage(const std::string& name) const;
  // A language without one is executed.
  bool haveAnyOf(const RuntimeManifest& language) const;
  // nullptr if that language has no such profile.
  Profile* findProfile(const RuntimeManifest& language, const std::string& name);

  // The pool for all languages without a zygote of their own.
  WarmPool& executed() { return *executed_; }
  const WarmPool& executed() const { return *executed_; }

  bool allReachedMinimum() const;
  void drain();
  kj::Promise<void> stopZygotes();

 private:
  PoolGovernor governor_;
  const Manifests manifests_;
  kj::Own<WarmPool> executed_;
  std::vector<std::unique_ptr<Profile>> profiles_;
};

}  // namespace brood
