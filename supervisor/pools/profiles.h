#pragma once
// The languages and profiles this supervisor serves: what a job's names resolve to.

#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "supervisor/languages/manifest_folders.h"
#include "supervisor/pools/pool_pair.h"
#include "supervisor/zygotes/zygote_starter.h"

namespace brood::supervisor {

// One profile at run time. Jobs share it: one that has been removed lives until the last of them
// has been let go. Members are destroyed in reverse: the zygote before its pools.
struct Profile {
  const ProfileConfig config;
  const RuntimeManifest& manifest;
  const std::string warmUpScript;
  kj::Own<PoolPair> pools;
  kj::Own<ZygoteSet> zygote;

  // Adds the variables that its zygote has: for jobs that start without it.
  void addEnvironment(std::vector<std::pair<std::string, std::string>>& environment) const;
};

// A profile of this name is for sessions' contexts.
constexpr const char* kSessionProfile = "session";

// The first of a profile's keys that its language has no use for, and why.
struct UselessKey {
  std::string key, reason;
};
kj::Maybe<UselessKey> findUselessKey(const RuntimeManifest& manifest, bool preloads,
                                     bool hasWarmUpScript);

class Profiles {
 public:
  // Starts a zygote for each configured profile. Throws when a profile's language is unknown or has
  // no use for one of its keys, or its zygote binary does not exist. All borrowed; `slotBuilder` is
  // what executes the programs of languages without a profile.
  Profiles(kj::Timer& timer, const Manifests& manifests, const ZygoteStarter& zygotes,
           ForkSource& slotBuilder, Launchers launchers, const Config& config);
  KJ_DISALLOW_COPY(Profiles);

  // They stay where they are.
  const std::vector<RuntimeManifest>& manifests() const { return manifests_.usable; }
  const std::vector<ManifestRefusal>& refusals() const { return manifests_.refusals; }
  const std::vector<std::shared_ptr<Profile>>& all() const { return profiles_; }

  // By name or alias; nullptr if unknown.
  const RuntimeManifest* findLanguage(const std::string& name) const;
  // Whether its interpreter is here, and the zygote for it.
  bool isInstalled(const std::string& language) const;
  // A language without one is executed.
  bool haveAnyOf(const RuntimeManifest& language) const;
  // nullptr if that language has no such profile.
  std::shared_ptr<Profile> findProfile(const RuntimeManifest& language,
                                       const std::string& name) const;

  // Resolves when its zygote is ready; rejects when that does not start, and the profile is gone
  // again. Throws when the language has no zygote.
  kj::Promise<void> add(ProfileConfig config, std::string warmUpScript);
  // Takes no more jobs; resolves when the zygote has ended, or at once where jobs are running: then
  // that ends with the last of them.
  kj::Promise<void> remove(std::shared_ptr<Profile> profile);

  // Returns the profile of a job that names none: the one called "default", else the first of its
  // language; nullptr if there is none.
  std::shared_ptr<Profile> defaultProfile(const RuntimeManifest& language) const;
  // It is not installed: its pools stop trying to start workers.
  void giveUp(const RuntimeManifest& language);

  // The pools for all languages without a zygote of their own.
  PoolPair& executed() { return *executed_; }
  const PoolPair& executed() const { return *executed_; }

  bool allReachedMinimum() const;
  // Retires parked workers of all pools that no job may be given to.
  void dropUnusable();
  void drain();
  kj::Promise<void> stopZygotes();

 private:
  std::shared_ptr<Profile> start(ProfileConfig config, std::string warmUpScript);
  void addSessionProfiles();

  kj::Timer& timer_;
  const Manifests& manifests_;
  const ZygoteStarter& zygotes_;
  const Launchers launchers_;
  PoolGovernor governor_;
  kj::Own<PoolPair> executed_;
  std::vector<std::shared_ptr<Profile>> profiles_;
  kj::Own<kj::TaskSet::ErrorHandler> errorHandler_;
  kj::TaskSet leaving_;  // Removed ones, with jobs still running.
};

}  // namespace brood::supervisor
