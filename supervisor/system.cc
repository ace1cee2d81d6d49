#include "supervisor/system.h"

#include <kj/debug.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "base/plain_text.h"
#include "config/gateway_account.h"
#include "config/message_sizes.h"
#include "supervisor/front/admin_server.h"
#include "supervisor/front/rpc_listener.h"

namespace brood::supervisor {
namespace {

// After SIGKILL the kernel needs milliseconds; this is for a host in trouble.
constexpr auto kKillBound = 5 * kj::SECONDS;

CgroupOptions cgroupOptions(const Config& config, const Instance& instance) {
  return {config.sandbox.cgroupMode, config.sandbox.cgroupParent, instance.name(), config.layers};
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

// Contexts of sessions are parked workers, too, and may use all their cores for all their life.
uint64_t mostCpuMs(const Config& config) {
  if (!config.sessions.isOn()) return 0;
  return config.sessions.ttlMs.maximum * std::max(1u, std::thread::hardware_concurrency());
}

// Empty: jobs may have it.
std::string whyNoNetwork(const Config& config, const HostFeatures& features) {
  if (!config.egress.isOn()) return "egress.enabled is off (ENABLE_NETWORK)";
  if (features.tier() == Tier::process) {
    return "sandboxes have no network namespace of their own in the tier process: " +
           features.whyNotBetter();
  }
  for (Layer layer : {Layer::net, Layer::pid, Layer::mount}) {
    if (!config.layers.isOn(layer)) return std::string("layers.") + nameOf(layer) + " is off";
  }
  return "";
}

kj::Own<EgressBroker> newEgressBroker(UvAsyncIo& io, Reaper& reaper, const Config& config,
                                      const HostFeatures& features) {
  if (!whyNoNetwork(config, features).empty()) return {};
  BrokerOptions options{.binary = config.supervisor.libexecDir + "/brood-egress",
                        .account = {},
                        .logLevel = config.supervisor.logLevel,
                        .gatewayPort = config.gateway.port};
  // Elsewhere there is no other user that it could be.
  if (features.tier() == Tier::root) options.account = egressAccount(config);
  return kj::heap<EgressBroker>(io.port(), reaper, std::move(options), config.egress);
}

}  // namespace

System::System(UvAsyncIo& io, const Config& config, const HostFeatures& features,
               ReadEgress readEgress)
    : io_(io),
      config_(config),
      features_(features),
      instance_(config.supervisor, features.tier(), features.byRoot),
      reaper_(io.port()),
      running_(io.timer(), config.supervisor.memoryReserveBytes),
      manifests_(loadManifests(config.supervisor.runtimesDir, config.supervisor.extraRuntimesDirs)),
      sharedHost_(features, config, instance_.directory()),
      cgroups_(newCgroupDriver(cgroupOptions(config, instance_))),
      zygotes_(io.port(), reaper_, config, manifests_, sharedHost_,
               sharedHost_.policyFor(withoutMissingCgroups(config.layers, cgroups_->layers())),
               {instance_.directory(), instance_.stagingDir()},
               [this](auto& call) {
                 return running_.noteDeniedCall(call) ||
                        sessions_->noteDeniedCall(call.pid, call.name);
               }),
      slotBuilder_(zygotes_.startSlotBuilder()),
      egress_(newEgressBroker(io, reaper_, config, features)),
      access_{egress_.get(), whyNoNetwork(config, features), config.egress.isOn()},
      slots_(kj::heap<SlotPool>(io.timer(), *slotBuilder_, *cgroups_, SandboxFactory(sharedHost_),
                                features.tier(), config, defaultSlotLimits(config), metrics_)),
      outboundSlots_(egress_.get() != nullptr ? kj::heap<SlotPool>(*slots_, *egress_)
                                              : kj::Own<SlotPool>()),
      slotPools_{*slots_, outboundSlots_.get()},
      starter_(io.port(), *slots_, config.limits, isolation_.applied, metrics_, mostCpuMs(config)),
      outboundStarter_(egress_.get() != nullptr
                           ? kj::heap<WorkerStarter>(io.port(), *outboundSlots_, config.limits,
                                                     isolation_.applied, metrics_,
                                                     mostCpuMs(config))
                           : kj::Own<WorkerStarter>()),
      launchers_(starter_, outboundStarter_.get(), access_.isUsual()),
      profiles_(
          kj::heap<Profiles>(io.timer(), manifests_, zygotes_, *slotBuilder_, launchers_, config)),
      workers_(launchers_, *slotBuilder_),
      dispatcher_(kj::heap<Dispatcher>(io.timer(), *profiles_, toolchains_, workers_, running_,
                                       access_, config)),
      sessions_(kj::heap<Sessions>(SessionTools{io.port(),
                                                io.timer(),
                                                {*profiles_, toolchains_, access_, config},
                                                workers_,
                                                starter_,
                                                *slotBuilder_})),
      toolchainProbe_(*dispatcher_, *profiles_, config.limits, toolchains_),
      isolationWatch_(io.timer(), *dispatcher_, features.tier(), sharedHost_, access_, config,
                      isolation_),
      admin_(rpc::Admin::Client(kj::heap<AdminServer>(*profiles_, access_, std::move(readEgress)))),
      server_(rpc::Supervisor::Client(kj::heap<RpcServer>(
          *dispatcher_, running_, *profiles_, toolchains_, slotPools_, *slotBuilder_, *cgroups_,
          isolation_, isolationWatch_, access_, *sessions_, metrics_))) {
  running_.addHolders(
      {[this]() { return sessions_->listByMemory(); }, [this]() { return !sessions_->empty(); }});
  sessions_->onOpened([this]() { running_.noteHolder(); });
  slotBuilder_->onReady([this]() { slotPools_.refill(); });
  slotBuilder_->onReady([this]() { profiles_->executed().refill(); });
  if (egress_.get() != nullptr) {
    shareSpareSlots();
    egress_->onOutdated([this]() { profiles_->dropUnusable(); });
  } else if (access_.isWanted) {
    spdlog::warn("egress: jobs have no network: {}", access_.whyNot);
  }
  spdlog::info("tier: {}", nameOf(features.tier()));
  if (features.tier() != Tier::root) spdlog::info("not a better one: {}", features.whyNotBetter());
  spdlog::info("cgroups: {}", cgroups_->description());
  if (sharedHost_.preload().empty()) {
    spdlog::warn("{} lacks the library that gives programs back what is refused: they get errors",
                 config.supervisor.libexecDir);
  }
}

// The kind that a usual job needs is kept ready; of the other there is one.
void System::shareSpareSlots() {
  const uint32_t spare = config_.sandbox.spareSlots;
  const uint32_t one = std::min(spare, 1u);
  slots_->setTarget(access_.isUsual() ? one : spare);
  outboundSlots_->setTarget(access_.isUsual() ? spare : one);
}

kj::Promise<void> System::proveIsolation() {
  return slotBuilder_->whenReady()
      .then([this]() {
        return egress_.get() != nullptr ? egress_->whenReady() : kj::Promise<void>(kj::READY_NOW);
      })
      .then([this]() { return starter_.launchCold(*slotBuilder_); })
      .then([this](kj::Own<WorkerHandle> worker) {
        AppliedLayers applied = worker->layers();
        notePartialLayers(applied);
        for (auto& reason : sharedHost_.reasons(features_.whyNotBetter())) {
          applied.reasons.push_back(reason);
        }
        // Layers that the slot builder could not apply are named.
        for (auto& reason : slotBuilder_->info().missing) applied.reasons.push_back(reason);
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
        noteHostMemoryGuard(applied);
        isolation_ = describeIsolation(features_.tier(), config_.layers, applied);
        requireIsolation(isolation_, config_.layers, config_.sandbox.minIsolation);
        return isolationWatch_.prove(kj::mv(applied));
      });
}

// An operator who has switched it off knows.
void System::noteHostMemoryGuard(AppliedLayers& applied) const {
  const auto& guard = running_.hostMemory();
  if (guard.isActive()) {
    spdlog::info("host memory: jobs are ended when less than {} MiB is available",
                 guard.reserveBytes() >> 20);
    return;
  }
  spdlog::warn("host memory: no guard: {}", guard.whyNot());
  if (guard.reserveBytes() != 0) applied.besides.push_back("host_memory_guard: " + guard.whyNot());
}

kj::Promise<void> System::listen() {
  isolationWatch_.keepProving();
  return serve(instance_.adminSocketPath(), admin_, []() {}).then([this]() {
    return serve(instance_.socketPath(), server_, [this]() { openRpcSocket(); });
  });
}

void System::openRpcSocket() {
  instance_.openSocketToGroup(features_.tier() == Tier::root ? socketGroup(config_) : std::nullopt);
}

kj::Promise<void> System::serve(const std::string& path, capnp::Capability::Client capability,
                                std::function<void()> open) {
  return io_.provider()
      .getNetwork()
      .parseAddress(kj::str("unix:", path))
      .then([this, capability = kj::mv(capability),
             open = std::move(open)](kj::Own<kj::NetworkAddress> address) mutable {
        auto listener = listenForOwner(*address);
        open();
        auto server = kj::heap<RpcListener>(kj::mv(capability), readerOptions(config_));
        auto listening = server->listen(*listener);
        serving_.add(listening.attach(kj::mv(server), kj::mv(listener))
                         .eagerlyEvaluate([](kj::Exception&& exception) {
                           spdlog::critical("listening failed: {}", plainText(exception));
                         }));
      });
}

kj::Promise<void> System::bounded(kj::Promise<void> promise, kj::Duration bound, const char* what) {
  return io_.timer().timeoutAfter(bound, kj::mv(promise)).catch_([what](kj::Exception&& exception) {
    spdlog::warn("shutdown: {}: {}", what, plainText(exception));
  });
}

kj::Promise<void> System::shutDown() {
  isolationWatch_.stop();
  const auto drainBound = config_.supervisor.drainTimeoutMs * kj::MILLISECONDS;
  return bounded(sessions_->drain({"shutdown", "the supervisor has been stopped"}), kKillBound,
                 "sessions did not end")
      .then([this, drainBound]() {
        return bounded(dispatcher_->drain(), drainBound, "jobs still running are killed");
      })
      .then([this]() {
        dispatcher_->refuseWaiting();
        running_.killAll();
        return bounded(dispatcher_->drain(), kKillBound, "killed jobs did not end");
      })
      .then([this]() {
        profiles_->drain();
        return bounded(slotPools_.drain(), kKillBound, "sandboxes did not end");
      })
      .then(
          [this]() { return bounded(profiles_->stopZygotes(), kKillBound, "zygotes did not end"); })
      .then([this]() { return bounded(slotBuilder_->stop(), kKillBound, "slot builder"); })
      .then([this]() {
        return egress_.get() != nullptr ? bounded(egress_->stop(), kKillBound, "brood-egress")
                                        : kj::Promise<void>(kj::READY_NOW);
      });
}

}  // namespace brood::supervisor
