#include "supervisor/system.h"

#include <capnp/rpc-twoparty.h>
#include <kj/debug.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <filesystem>

#include "supervisor/admin_server.h"
#include "supervisor/lists.h"
#include "supervisor/request_notice.h"
#include "supervisor/zygote_techniques.h"

namespace brood {
namespace {

// After SIGKILL the kernel needs milliseconds; this is for a host in trouble.
constexpr auto kKillBound = 5 * kj::SECONDS;

CgroupOptions cgroupOptions(const Config& config, const Instance& instance) {
  return {config.sandbox.cgroupMode, config.sandbox.cgroupParent, instance.name(), config.layers};
}

void fillRootTemplate(wire::WarmUp::Builder request, const Config& config,
                      const LayerPolicy& layers, const Instance& instance,
                      const std::vector<RuntimeManifest>& manifests) {
  const SandboxConfig& sandbox = config.sandbox;
  request.setProfile("slots");
  fillLayerPolicy(layers, request.initLayers());
  fillTechniques(request.initTechniques(), config.techniques);
  auto root = request.initRootTemplate();
  root.setStagingDir(instance.stagingDir());
  setTexts(root.initReadOnlyBinds(static_cast<unsigned>(sandbox.readOnlyPaths.size())),
           sandbox.readOnlyPaths);
  setTexts(root.initCopies(static_cast<unsigned>(sandbox.copiedPaths.size())), sandbox.copiedPaths);
  const auto parking = parkingRuntimes(manifests);
  fillRuntimeFolders(root.initRuntimeFolders(static_cast<unsigned>(parking.size())), parking);
}

SlotLimits defaultSlotLimits(const Config& config) {
  const LimitsConfig& limits = config.limits;
  return {{limits.memoryBytes.defaultValue, limits.processes.defaultValue,
           config.sandbox.cpuMillicores},
          {limits.workspaceBytes.defaultValue, limits.workspaceInodes.defaultValue}};
}

// Nobody may connect before it is decided who may, whatever umask we were started with.
kj::Own<kj::ConnectionReceiver> listenForOwner(kj::NetworkAddress& address) {
  const mode_t umaskBefore = ::umask(0177);
  KJ_DEFER(::umask(umaskBefore));
  return address.listen();
}

}  // namespace

System::System(UvAsyncIo& io, const Config& config, const HostFeatures& features)
    : io_(io),
      config_(config),
      features_(features),
      instance_(config.supervisor, features.tier()),
      reaper_(io.port()),
      sharedHost_(features, config, instance_.directory()),
      cgroups_(newCgroupDriver(cgroupOptions(config, instance_))),
      slotBuilder_(kj::heap<ZygoteHost>(
          io.port(), reaper_,
          ZygoteOptions{.name = "slots",
                        .binary = config.supervisor.libexecDir + "/brood-zygote-none",
                        .fillWarmUp = [this](auto request) {
                          fillRootTemplate(request, config_, slots_->layersForZygotes(), instance_,
                                           profiles_->manifests());
                          sharedHost_.fillPlaces(request, profiles_->manifests());
                        },
                        .onDeniedCall =
                            [this](auto& call) { return dispatcher_->noteDeniedCall(call); },
                        .sharedHost = &sharedHost_,
                        .executesPrograms = true},
          [this]() {
            slots_->refill();
            profiles_->executed().refill();
          })),
      slots_(kj::heap<SlotPool>(io.port(), *slotBuilder_, *cgroups_, sharedHost_, features.tier(),
                                config, defaultSlotLimits(config), metrics_)),
      starter_{io.port(), *slots_, config.limits, isolation_.applied, metrics_},
      profiles_(
          kj::heap<Profiles>(io.port(), reaper_, *slots_, starter_, config,
                             [this](auto& call) { return dispatcher_->noteDeniedCall(call); })),
      dispatcher_(kj::heap<Dispatcher>(io.port(), *profiles_, toolchains_, *slots_, *slotBuilder_,
                                       starter_, config)),
      toolchainProbe_(*dispatcher_, *profiles_, config.limits, toolchains_),
      isolationWatch_(io.timer(), *dispatcher_, features.tier(), config, isolation_),
      admin_(rpc::Admin::Client(kj::heap<AdminServer>(*profiles_))),
      server_(rpc::Supervisor::Client(kj::heap<RpcServer>(*dispatcher_, *profiles_, toolchains_,
                                                          *slots_, *slotBuilder_, *cgroups_,
                                                          isolation_, isolationWatch_, metrics_))) {
  profiles_->executed().attachZygote(*slotBuilder_);
  spdlog::info("tier: {}", nameOf(features.tier()));
  if (features.tier() != Tier::root) spdlog::info("not a better one: {}", features.whyNotBetter());
  spdlog::info("cgroups: {}", cgroups_->description());
}

kj::Promise<void> System::proveIsolation() {
  return slotBuilder_->whenReady()
      .then([this]() { return slots_->build(); })
      .then([this](kj::Own<Slot> slot) { return starter_.start(*slotBuilder_, kj::mv(slot)); })
      .then([this](kj::Own<WorkerHandle> worker) {
        AppliedLayers applied = worker->layers();
        notePartialLayers(applied);
        for (auto& reason : sharedHost_.reasons(features_.whyNotBetter())) {
          applied.reasons.push_back(reason);
        }
        if (features_.tier() == Tier::user) {
          applied.reasons.push_back(std::string(nameOf(Layer::uidPerSlot)) + ": " +
                                    features_.whyNotBetter());
        }
        for (auto layer : {Layer::cgroupMemory, Layer::cgroupPids, Layer::cgroupCpu}) {
          if (applied.set.has(layer)) continue;
          const char* instead = layer == Layer::cgroupCpu ? "" : "; sampled instead";
          applied.reasons.push_back(std::string(nameOf(layer)) + ": cgroups are " +
                                    cgroups_->description() + instead);
        }
        isolation_ = describeIsolation(features_.tier(), config_.layers, applied);
        requireIsolation(isolation_, config_.layers, config_.sandbox.minIsolation);
        return isolationWatch_.prove(kj::mv(applied));
      });
}

kj::Promise<void> System::listen() {
  isolationWatch_.keepProving();
  return serve(instance_.adminSocketPath(), admin_, []() {}).then([this]() {
    return serve(instance_.socketPath(), server_,
                 [this]() { instance_.openSocketToGroup(config_.supervisor.socketGroup); });
  });
}

kj::Promise<void> System::serve(const std::string& path, capnp::Capability::Client capability,
                                std::function<void()> open) {
  return io_.provider()
      .getNetwork()
      .parseAddress(kj::str("unix:", path))
      .then([this, capability = kj::mv(capability),
             open = std::move(open)](kj::Own<kj::NetworkAddress> address) mutable {
        auto listener =
            noticeRequests(listenForOwner(*address), [this]() { dispatcher_->expectJob(); });
        open();
        auto server = kj::heap<capnp::TwoPartyServer>(kj::mv(capability));
        auto listening = server->listen(*listener);
        serving_.add(listening.attach(kj::mv(server), kj::mv(listener))
                         .eagerlyEvaluate([](kj::Exception&& exception) {
                           spdlog::critical("listening failed: {}",
                                            exception.getDescription().cStr());
                         }));
      });
}

kj::Promise<void> System::bounded(kj::Promise<void> promise, kj::Duration bound, const char* what) {
  return io_.timer().timeoutAfter(bound, kj::mv(promise)).catch_([what](kj::Exception&& exception) {
    spdlog::warn("shutdown: {}: {}", what, exception.getDescription().cStr());
  });
}

kj::Promise<void> System::shutDown() {
  isolationWatch_.stop();
  const auto drainBound = config_.supervisor.drainTimeoutMs * kj::MILLISECONDS;
  return bounded(dispatcher_->drain(), drainBound, "jobs still running are killed")
      .then([this]() {
        dispatcher_->killRunning();
        return bounded(dispatcher_->drain(), kKillBound, "killed jobs did not end");
      })
      .then([this]() {
        profiles_->drain();
        return bounded(slots_->drain(), kKillBound, "sandboxes did not end");
      })
      .then(
          [this]() { return bounded(profiles_->stopZygotes(), kKillBound, "zygotes did not end"); })
      .then([this]() { return bounded(slotBuilder_->stop(), kKillBound, "slot builder"); });
}

}  // namespace brood
