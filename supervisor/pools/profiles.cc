#include "supervisor/profiles.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <tuple>

#include "supervisor/lists.h"
#include "supervisor/log_errors.h"
#include "supervisor/zygote_techniques.h"

namespace brood {
namespace {

void fillWarmUp(wire::WarmUp::Builder request, const Profile& profile, const LayerPolicy& layers) {
  const auto& [config, manifest] = std::tie(profile.config, profile.manifest);
  request.setProfile(config.name);
  request.setSourceName(manifest.sourceFile);
  fillLayerPolicy(layers, request.initLayers());
  setTexts(request.initParkedCommand(static_cast<unsigned>(manifest.parkedCommand.size())),
           manifest.filledIn(manifest.parkedCommand));
  const auto& modules = config.preload.has_value() ? *config.preload : manifest.preload;
  auto preload = request.initPreload(static_cast<unsigned>(modules.size()));
  setTexts(preload, modules);
  setTexts(request.initEnvironment(static_cast<unsigned>(config.environment.size())),
           config.environment);
  request.setScript(kj::StringPtr(profile.warmUpScript.c_str()).asBytes());
  auto settings = request.initSettings(static_cast<unsigned>(manifest.settings.size()));
  for (unsigned i = 0; i < manifest.settings.size(); ++i) {
    settings[i].setName(manifest.settings[i].first);
    settings[i].setValue(manifest.settings[i].second);
  }
}

std::string readScript(const ProfileConfig& config) {
  if (config.warmUp.empty()) return {};
  std::ifstream file(config.warmUp, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    throw std::runtime_error("profiles." + config.name + ".warm_up: cannot read " + config.warmUp);
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

Profiles::Profiles(UvEventPort& port, Reaper& reaper, SlotPool& slots, WorkerStarter starter,
                   const Config& config, DeniedCalls::Handler onDeniedCall)
    : port_(port),
      reaper_(reaper),
      slots_(slots),
      starter_(starter),
      config_(config),
      onDeniedCall_(std::move(onDeniedCall)),
      governor_(port.timer(), config.sandbox.maxSlots - config.sandbox.spareSlots),
      manifests_(loadManifests(config.supervisor.runtimesDir, config.supervisor.extraRuntimesDirs)),
      executed_(kj::heap<WarmPool>(port, slots, starter, governor_, config.executed)),
      errorHandler_(kj::heap<LogErrors>("profiles")),
      leaving_(*errorHandler_) {
  for (const auto& refusal : refusals()) spdlog::warn("runtime refused: {}", refusal.text());
  for (auto& profile : config.profiles) profiles_.push_back(start(profile, readScript(profile)));
}

std::shared_ptr<Profile> Profiles::start(ProfileConfig config, std::string warmUpScript) {
  const RuntimeManifest* manifest = findLanguage(config.language);
  if (manifest == nullptr) {
    throw std::runtime_error("profiles." + config.name + ".language: no runtime named '" +
                             config.language + "' in " + config_.supervisor.runtimesDir);
  }
  const std::string binary = config_.supervisor.libexecDir + "/" + manifest->zygote;
  if (manifest->zygote.empty() || ::access(binary.c_str(), X_OK) < 0) {
    throw std::runtime_error("profiles." + config.name + ": zygote " + binary +
                             " cannot be executed");
  }
  const bool preloads = config.preload.has_value() && !config.preload->empty();
  KJ_IF_MAYBE (useless, findUselessKey(*manifest, preloads, !warmUpScript.empty())) {
    throw std::runtime_error("profiles." + config.name + "." + useless->key + ": " +
                             useless->reason);
  }
  std::shared_ptr<Profile> profile(
      new Profile{std::move(config), *manifest, std::move(warmUpScript), {}, {}});
  auto& borrowed = *profile;
  borrowed.pool = kj::heap<WarmPool>(port_, slots_, starter_, governor_, borrowed.config);
  ZygoteOptions options{manifest->name + "/" + borrowed.config.name, binary,
                        [this, &borrowed](auto request) {
                          fillWarmUp(request, borrowed, slots_.layersForZygotes());
                          fillTechniques(request.initTechniques(), config_.techniques);
                          slots_.sharedHost().fillPlaces(request, manifests());
                        },
                        onDeniedCall_, &slots_.sharedHost()};
  borrowed.zygote = kj::heap<ZygoteSet>(port_, reaper_, std::move(options), borrowed.config,
                                        [&borrowed]() { borrowed.pool->refill(); });
  borrowed.pool->attachZygote(*borrowed.zygote);
  return profile;
}

kj::Promise<void> Profiles::add(ProfileConfig config, std::string warmUpScript) {
  auto profile = start(std::move(config), std::move(warmUpScript));
  profiles_.push_back(profile);
  return profile->zygote->whenReady().catch_(
      [this, profile](kj::Exception&& why) -> kj::Promise<void> {
        return remove(profile).then(
            [why = kj::mv(why)]() mutable -> kj::Promise<void> { return kj::mv(why); });
      });
}

kj::Promise<void> Profiles::remove(std::shared_ptr<Profile> profile) {
  profiles_.erase(std::remove(profiles_.begin(), profiles_.end(), profile), profiles_.end());
  profile->pool->drain();
  // A zygote takes its workers with it.
  auto& borrowed = *profile;
  auto ending = borrowed.pool->whenNoneLeased()
                    .then([&borrowed]() { return borrowed.zygote->stop(); })
                    // Nothing of it may be on the stack when it is destroyed.
                    .then([]() { return kj::evalLater([]() {}); })
                    .attach(kj::mv(profile));
  if (borrowed.pool->leased() == 0) return ending;
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
    if (&profile->manifest == &language) profile->pool->drain();
  }
}

bool Profiles::allReachedMinimum() const {
  return executed_->reachedMinimum() &&
         std::all_of(profiles_.begin(), profiles_.end(),
                     // One that can have no workers keeps nobody from the others.
                     [](auto& profile) {
                       return profile->pool->reachedMinimum() || profile->pool->isDraining();
                     });
}

void Profiles::drain() {
  executed_->drain();
  for (auto& profile : profiles_) profile->pool->drain();
}

kj::Promise<void> Profiles::stopZygotes() {
  auto stopped = kj::heapArrayBuilder<kj::Promise<void>>(profiles_.size());
  for (auto& profile : profiles_) stopped.add(profile->zygote->stop());
  return kj::joinPromises(stopped.finish());
}

}  // namespace brood
