#include "supervisor/zygotes/zygote_starter.h"

#include <unistd.h>

#include "base/start_error.h"
#include "supervisor/base/lists.h"
#include "supervisor/isolation/isolation.h"
#include "supervisor/zygotes/zygote_techniques.h"

namespace brood::supervisor {

ZygoteStarter::ZygoteStarter(UvEventPort& port, Reaper& reaper, const Config& config,
                             const Manifests& manifests, const SharedHost& sharedHost,
                             LayerPolicy layers, ZygoteDirectories directories,
                             DeniedCalls::Handler onDeniedCall)
    : port_(port),
      reaper_(reaper),
      config_(config),
      manifests_(manifests),
      sharedHost_(sharedHost),
      layers_(layers),
      directories_(std::move(directories)),
      onDeniedCall_(std::move(onDeniedCall)) {}

kj::Own<ZygoteHost> ZygoteStarter::startSlotBuilder() const {
  return kj::heap<ZygoteHost>(
      port_, port_.timer(), reaper_,
      ZygoteOptions{.name = "slots",
                    .binary = config_.supervisor.libexecDir + "/brood-zygote-none",
                    .fillWarmUp = [this](auto request) { fillSlotBuilder(request); },
                    .onDeniedCall = onDeniedCall_,
                    .endSignal = sharedHost_.endSignal(),
                    .preload = sharedHost_.preloadOfZygote(false),
                    .executesPrograms = true});
}

std::string ZygoteStarter::binaryOf(const RuntimeManifest& manifest) const {
  return config_.supervisor.libexecDir + "/" + manifest.zygote;
}

bool ZygoteStarter::canStart(const RuntimeManifest& manifest) const {
  return !manifest.zygote.empty() && ::access(binaryOf(manifest).c_str(), X_OK) == 0;
}

kj::Own<ZygoteSet> ZygoteStarter::start(const ProfileConfig& profile,
                                        const RuntimeManifest& manifest,
                                        const std::string& script) const {
  const std::string binary = binaryOf(manifest);
  if (!canStart(manifest)) {
    throw StartError("profiles." + profile.name + ": zygote " + binary + " cannot be executed");
  }
  ZygoteOptions options{
      .name = manifest.name + "/" + profile.name,
      .binary = binary,
      .fillWarmUp = [this, &profile, &manifest,
                     &script](auto request) { fillLanguage(request, profile, manifest, script); },
      .onDeniedCall = onDeniedCall_,
      .endSignal = sharedHost_.endSignal(),
      .preload = sharedHost_.preloadOfZygote(!manifest.parks())};
  return kj::heap<ZygoteSet>(port_, port_.timer(), reaper_, std::move(options), profile);
}

void ZygoteStarter::fillCommon(wire::WarmUp::Builder request, const std::string& profile) const {
  request.setProfile(profile);
  fillLayerPolicy(layers_, request.initLayers());
  fillTechniques(request.initTechniques(), config_.techniques);
  sharedHost_.fillPlaces(request, manifests_.usable);
}

void ZygoteStarter::fillSlotBuilder(wire::WarmUp::Builder request) const {
  const SandboxConfig& sandbox = config_.sandbox;
  fillCommon(request, "slots");
  request.setScratch(directories_.scratch);
  auto root = request.initRootTemplate();
  root.setStagingDir(directories_.staging);
  root.setPreload(sharedHost_.preload());
  setTexts(root.initReadOnlyBinds(static_cast<unsigned>(sandbox.readOnlyPaths.size())),
           sandbox.readOnlyPaths);
  setTexts(root.initCopies(static_cast<unsigned>(sandbox.copiedPaths.size())), sandbox.copiedPaths);
  const auto folders = runtimesWithFiles(manifests_.usable);
  fillRuntimeFolders(root.initRuntimeFolders(static_cast<unsigned>(folders.size())), folders);
}

void ZygoteStarter::fillLanguage(wire::WarmUp::Builder request, const ProfileConfig& profile,
                                 const RuntimeManifest& manifest, const std::string& script) const {
  fillCommon(request, profile.name);
  request.setScratch(config_.supervisor.runtimeDir);
  request.setSourceName(manifest.sourceFile);
  setTexts(request.initParkedCommand(static_cast<unsigned>(manifest.parkedCommand.size())),
           manifest.filledIn(manifest.parkedCommand));
  const auto& modules = profile.preload.has_value() ? *profile.preload : manifest.preload;
  setTexts(request.initPreload(static_cast<unsigned>(modules.size())), modules);
  setTexts(request.initEnvironment(static_cast<unsigned>(profile.environment.size())),
           profile.environment);
  request.setScript(kj::StringPtr(script.c_str()).asBytes());
}

}  // namespace brood::supervisor
