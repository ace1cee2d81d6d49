#include "supervisor/pools/profiles.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/start_error.h"
#include "supervisor/base/log_errors.h"

namespace brood::supervisor {
namespace {

std::string readScript(const ProfileConfig& config) {
  if (config.warmUp.empty()) return {};
  std::ifstream file(config.warmUp, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    throw StartError("profiles." + config.name + ".warm_up: cannot read " + config.warmUp);
  }
  return text.str();
}

}  // namespace

kj::Maybe<UselessKey> findUselessKey(const RuntimeManifest& manifest, bool preloads,
                                     bool hasWarmUpScript) {
  if (!manifest.parks() || !(preloads || hasWarmUpScript)) return nullptr;
  const std::string reason =
      "language '" + manifest.name + "' parks a program of its own for each job, which ";
  if (preloads) return UselessKey{"preload", reason + "loads nothing ahead: leave it out"};
  return UselessKey{"warm_up", reason + "runs no warm-up script: leave it out"};
}

void Profile::addEnvironment(std::vector<std::pair<std::string, std::string>>& environment) const {
  for (const auto& variable : config.environment) {
    const size_t equals = variable.find('=');
    environment.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
  }
}

Profiles::Profiles(kj::Timer& timer, const Manifests& manifests, const ZygoteStarter& zygotes,
                   ForkSource& slotBuilder, Launchers launchers, const Config& config)
    : timer_(timer),
      manifests_(manifests),
      zygotes_(zygotes),
      launchers_(launchers),
      governor_(timer, config.sandbox.maxSlots - config.sandbox.spareSlots,
                MemoryPressure(config.supervisor.memoryReserveBytes)),
      executed_(kj::heap<PoolPair>(timer, slotBuilder, launchers, governor_, config.executed)),
      errorHandler_(kj::heap<LogErrors>("profiles")),
      leaving_(*errorHandler_) {
  for (const auto& refusal : refusals()) spdlog::warn("runtime refused: {}", refusal.text());
  for (auto& profile : config.profiles) {
    if (profile.onlyIfInstalled && !isInstalled(profile.language)) continue;
    profiles_.push_back(start(profile, readScript(profile)));
  }
  if (config.sessions.isOn()) addSessionProfiles();
}

// Beside the profile of a language's jobs, where its contexts need more than those.
void Profiles::addSessionProfiles() {
  for (const auto& manifest : manifests()) {
    if (!manifest.session || manifest.session->preload.empty()) continue;
    auto ofJobs = defaultProfile(manifest);
    if (ofJobs == nullptr || findProfile(manifest, kSessionProfile) != nullptr) continue;
    ProfileConfig profile = ofJobs->config;
    auto preload = profile.preload.value_or(manifest.preload);
    preload.insert(preload.end(), manifest.session->preload.begin(),
                   manifest.session->preload.end());
    profile.name = kSessionProfile;
    profile.preload = std::move(preload);
    profile.minIdle = profile.targetIdle = 1;
    profile.zygotes = 1;
    profiles_.push_back(start(profile, ofJobs->warmUpScript));
  }
}

bool Profiles::isInstalled(const std::string& language) const {
  const RuntimeManifest* manifest = findLanguage(language);
  return manifest != nullptr && zygotes_.canStart(*manifest) &&
         (!manifest->parks() || ::access(manifest->parkedCommand[0].c_str(), X_OK) == 0);
}

std::shared_ptr<Profile> Profiles::start(ProfileConfig config, std::string warmUpScript) {
  const RuntimeManifest* manifest = findLanguage(config.language);
  if (manifest == nullptr) {
    std::string known;
    for (const auto& each : manifests()) known += (known.empty() ? "" : ", ") + each.name;
    throw StartError("profiles." + config.name + ".language: no runtime is named '" +
                     config.language + "'; there are " + known);
  }
  const bool preloads = config.preload.has_value() && !config.preload->empty();
  KJ_IF_MAYBE (useless, findUselessKey(*manifest, preloads, !warmUpScript.empty())) {
    throw StartError("profiles." + config.name + "." + useless->key + ": " + useless->reason);
  }
  std::shared_ptr<Profile> profile(
      new Profile{std::move(config), *manifest, std::move(warmUpScript), {}, {}});
  auto& borrowed = *profile;
  borrowed.zygote = zygotes_.start(borrowed.config, *manifest, borrowed.warmUpScript);
  borrowed.pools =
      kj::heap<PoolPair>(timer_, *borrowed.zygote, launchers_, governor_, borrowed.config);
  borrowed.zygote->onReady([&borrowed]() { borrowed.pools->refill(); });
  return profile;
}

kj::Promise<void> Profiles::add(ProfileConfig config, std::string warmUpScript) {
  auto profile = start(std::move(config), std::move(warmUpScript));
  profiles_.push_back(profile);
  auto decided = profile->zygote->whenReady().exclusiveJoin(profile->zygote->whenWarmUpFails());
  return decided.catch_([this, profile](kj::Exception&& why) -> kj::Promise<void> {
    return remove(profile).then(
        [why = kj::mv(why)]() mutable -> kj::Promise<void> { return kj::mv(why); });
  });
}

kj::Promise<void> Profiles::remove(std::shared_ptr<Profile> profile) {
  profiles_.erase(std::remove(profiles_.begin(), profiles_.end(), profile), profiles_.end());
  profile->pools->drain();
  // A zygote takes its workers with it.
  auto& borrowed = *profile;
  auto ending = borrowed.pools->whenNoneLeased()
                    .then([&borrowed]() { return borrowed.zygote->stop(); })
                    // Nothing of it may be on the stack when it is destroyed.
                    .then([]() { return kj::evalLater([]() {}); })
                    .attach(kj::mv(profile));
  if (borrowed.pools->leased() == 0) return ending;
  leaving_.add(kj::mv(ending));
  return kj::READY_NOW;
}

const RuntimeManifest* Profiles::findLanguage(const std::string& name) const {
  auto found = std::find_if(manifests().begin(), manifests().end(), [&](auto& manifest) {
    return manifest.name == name ||
           std::count(manifest.aliases.begin(), manifest.aliases.end(), name) > 0;
  });
  return found == manifests().end() ? nullptr : &*found;
}

bool Profiles::haveAnyOf(const RuntimeManifest& language) const {
  return std::any_of(profiles_.begin(), profiles_.end(),
                     [&](auto& profile) { return &profile->manifest == &language; });
}

std::shared_ptr<Profile> Profiles::findProfile(const RuntimeManifest& language,
                                               const std::string& name) const {
  auto found = std::find_if(profiles_.begin(), profiles_.end(), [&](auto& profile) {
    return &profile->manifest == &language && profile->config.name == name;
  });
  return found == profiles_.end() ? nullptr : *found;
}

std::shared_ptr<Profile> Profiles::defaultProfile(const RuntimeManifest& language) const {
  if (auto named = findProfile(language, "default")) return named;
  auto found = std::find_if(profiles_.begin(), profiles_.end(),
                            [&](auto& profile) { return &profile->manifest == &language; });
  return found == profiles_.end() ? nullptr : *found;
}

void Profiles::giveUp(const RuntimeManifest& language) {
  for (auto& profile : profiles_) {
    if (&profile->manifest == &language) profile->pools->drain();
  }
}

bool Profiles::allReachedMinimum() const {
  return executed_->usual().reachedMinimum() &&
         std::all_of(profiles_.begin(), profiles_.end(),
                     // One that can have no workers keeps nobody from the others.
                     [](auto& profile) {
                       const auto& pool = profile->pools->usual();
                       return pool.reachedMinimum() || pool.isDraining();
                     });
}

void Profiles::dropUnusable() {
  executed_->dropUnusable();
  for (auto& profile : profiles_) profile->pools->dropUnusable();
}

void Profiles::drain() {
  executed_->drain();
  for (auto& profile : profiles_) profile->pools->drain();
}

kj::Promise<void> Profiles::stopZygotes() {
  auto stopped = kj::heapArrayBuilder<kj::Promise<void>>(profiles_.size());
  for (auto& profile : profiles_) stopped.add(profile->zygote->stop());
  return kj::joinPromises(stopped.finish());
}

}  // namespace brood::supervisor
