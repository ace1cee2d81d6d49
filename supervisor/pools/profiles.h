#pragma once
// The languages and profiles this supervisor serves: what a job's names resolve to.

#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "supervisor/manifest_folders.h"
#include "supervisor/warm_pool.h"
#include "supervisor/zygote_set.h"

namespace brood {

// One profile at run time. Jobs share it: one that has been removed lives until the last of them
// has been let go. Members are destroyed in reverse: the zygote before its pool.
struct Profile {
  const ProfileConfig config;
  const RuntimeManifest& manifest;
  const std::string warmUpScript;
  kj::Own<WarmPool> pool;
  kj::Own<ZygoteSet> zygote;

  // What its zygote has got as well: for jobs that start without it.
  void addEnvironment(std::vector<std::pair<std::string, std::string>>& environment) const;
};

// The first of a profile's keys that its language has no use for, and why.
struct UselessKey {
  std::string key, reason;
};
kj::Maybe<UselessKey> findUselessKey(const RuntimeManifest& manifest, bool preloads,
                                     bool hasWarmUpScript);

class Profiles {
 public:
  // Starts a zygote for each configured profile. Throws when a profile's language is unknown or has
  // no use for one of its keys, or its zygote binary does not exist.
  Profiles(UvEventPort& port, Reaper& reaper, SlotPool& slots, WorkerStarter starter,
           const Config& config, DeniedCalls::Handler onDeniedCall = {});
  KJ_DISALLOW_COPY(Profiles);

  // They stay where they are.
  const std::vector<RuntimeManifest>& manifests() const { return manifests_.usable; }
  const std::vector<ManifestRefusal>& refusals() const { return manifests_.refusals; }
  const std::vector<std::shared_ptr<Profile>>& all() const { return profiles_; }

  // By name or alias; nullptr if unknown.
  const RuntimeManifest* findLanguage(const std::string& name) const;
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

  // Of a job that names none: the one called "default", else the first of its language; nullptr if
  // there is none.
  std::shared_ptr<Profile> defaultProfile(const RuntimeManifest& language) const;
  // It is not installed: its pools stop trying to start workers.
  void giveUp(const RuntimeManifest& language);

  // The pool for all languages without a zygote of their own.
  WarmPool& executed() { return *executed_; }
  const WarmPool& executed() const { return *executed_; }

  bool allReachedMinimum() const;
  void drain();
  kj::Promise<void> stopZygotes();

 private:
  std::shared_ptr<Profile> start(ProfileConfig config, std::string warmUpScript);

  UvEventPort& port_;
  Reaper& reaper_;
  SlotPool& slots_;
  WorkerStarter starter_;
  const Config& config_;
  DeniedCalls::Handler onDeniedCall_;
  PoolGovernor governor_;
  const Manifests manifests_;
  kj::Own<WarmPool> executed_;
  std::vector<std::shared_ptr<Profile>> profiles_;
  kj::Own<kj::TaskSet::ErrorHandler> errorHandler_;
  kj::TaskSet leaving_;  // Removed ones, with jobs still running.
};

}  // namespace brood
