#include "supervisor/profiles.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace brood {
namespace {

void fillWarmUp(wire::WarmUp::Builder request, const ProfileConfig& config,
                const RuntimeManifest& manifest, const LayerPolicy& layers) {
  request.setProfile(config.name);
  request.setSourceName(manifest.sourceFile);
  fillLayerPolicy(layers, request.initLayers());
  const auto& modules = config.preload.has_value() ? *config.preload : manifest.preload;
  auto preload = request.initPreload(static_cast<unsigned>(modules.size()));
  for (unsigned i = 0; i < modules.size(); ++i) preload.set(i, modules[i]);
  auto settings = request.initSettings(static_cast<unsigned>(manifest.settings.size()));
  for (unsigned i = 0; i < manifest.settings.size(); ++i) {
    settings[i].setName(manifest.settings[i].first);
    settings[i].setValue(manifest.settings[i].second);
  }
}

}  // namespace

Profiles::Profiles(UvEventPort& port, Reaper& reaper, SlotPool& slots, WorkerStarter starter,
                   const Config& config, DeniedCalls::Handler onDeniedCall)
    : governor_(port.timer(), config.sandbox.maxSlots - config.sandbox.spareSlots),
      manifests_(
          loadManifests(config.supervisor.runtimesDir, config.supervisor.extraRuntimesDirs)),
      executed_(kj::heap<WarmPool>(port, slots, starter, governor_, config.executed)) {
  for (const auto& refusal : refusals()) spdlog::warn("runtime refused: {}", refusal.text());
  for (auto& profileConfig : config.profiles) {
    const RuntimeManifest* manifest = findLanguage(profileConfig.language);
    if (manifest == nullptr) {
      throw std::runtime_error("profiles." + profileConfig.name + ".language: no runtime named '" +
                               profileConfig.language + "' in " + config.supervisor.runtimesDir);
    }
    const std::string binary = config.supervisor.libexecDir + "/" + manifest->zygote;
    if (manifest->zygote.empty() || ::access(binary.c_str(), X_OK) < 0) {
      throw std::runtime_error("profiles." + profileConfig.name + ": zygote " + binary +
                               " cannot be executed");
    }
    auto pool = kj::heap<WarmPool>(port, slots, starter, governor_, profileConfig);
    auto& poolRef = *pool;
    ZygoteOptions options{
        manifest->name + "/" + profileConfig.name, binary,
        [&profileConfig, manifest, &config](auto request) {
          fillWarmUp(request, profileConfig, *manifest, config.layers);
        },
        onDeniedCall};
    auto zygote = kj::heap<ZygoteHost>(port, reaper, std::move(options),
                                       [&poolRef]() { poolRef.refill(); });
    pool->attachZygote(*zygote);
    profiles_.push_back(std::unique_ptr<Profile>(
        new Profile{profileConfig, *manifest, kj::mv(pool), kj::mv(zygote)}));
  }
}

const RuntimeManifest* Profiles::findLanguage(const std::string& name) const {
  auto found = std::find_if(manifests().begin(), manifests().end(), [&](auto& manifest) {
    return manifest.name == name || std::count(manifest.aliases.begin(), manifest.aliases.end(),
                                               name) > 0;
  });
  return found == manifests().end() ? nullptr : &*found;
}

bool Profiles::haveAnyOf(const RuntimeManifest& language) const {
  return std::any_of(profiles_.begin(), profiles_.end(),
                     [&](auto& profile) { return &profile->manifest == &language; });
}

Profile* Profiles::findProfile(const RuntimeManifest& language, const std::string& name) {
  auto found = std::find_if(profiles_.begin(), profiles_.end(), [&](auto& profile) {
    return &profile->manifest == &language && profile->config.name == name;
  });
  return found == profiles_.end() ? nullptr : found->get();
}

bool Profiles::allReachedMinimum() const {
  return executed_->reachedMinimum() &&
         std::all_of(profiles_.begin(), profiles_.end(),
                     [](auto& profile) { return profile->pool->reachedMinimum(); });
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
