#pragma once
// A supervisor's parts without its processes: one language, "sh", and nobody who could fork a
// worker.

#include <kj/debug.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "rpc/loop/uv_io.h"
#include "supervisor/languages/toolchains.h"
#include "supervisor/pools/profiles.h"

namespace brood::supervisor {

// Is never ready to fork.
class NoForks final : public ForkSource {
 public:
  bool ready() const override { return false; }
  kj::Promise<void> whenReady() override { return kj::NEVER_DONE; }
  bool executesPrograms() const override { return true; }
  kj::Promise<kj::Own<ChildProcess>> request(
      const std::function<void(wire::ZygoteRequest::Builder)>&, kj::ArrayPtr<const int>) override {
    return KJ_EXCEPTION(DISCONNECTED, "nobody forks here");
  }
};

// The host of an ordinary start: sandboxes of namespaces, made by root.
inline HostFeatures featuresOfRoot() {
  HostFeatures features;
  features.slotsAsRoot.works = true;
  return features;
}

// A folder with a manifest, removed when it goes.
class ManifestFolder {
 public:
  ManifestFolder() {
    char name[] = "/tmp/brood-manifests-XXXXXX";
    path_ = ::mkdtemp(name);
    std::filesystem::create_directories(path_ / "sh");
    std::ofstream(path_ / "sh" / "manifest.toml")
        << "name=\"sh\"\naliases=[\"shell\"]\nsource_file=\"main.sh\"\n"
           "run_command=[\"/bin/sh\",\"{source}\"]\n"
           "version_command=[\"/bin/sh\",\"--version\"]\n"
           "[session]\ncommand=[\"/bin/sh\",\"cells.sh\"]\n";
  }
  ~ManifestFolder() { std::filesystem::remove_all(path_); }
  ManifestFolder(const ManifestFolder&) = delete;

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

class IdleSystem {
 public:
  explicit IdleSystem(const Config& config = idleConfig()) : config_(config) {}

  static Config idleConfig() {
    Config config;
    config.profiles.clear();
    return config;
  }
  Config& config() { return config_; }
  UvAsyncIo& io() { return io_; }
  Profiles& profiles() { return profiles_; }
  const Toolchains& toolchains() const { return toolchains_; }

 private:
  ManifestFolder folder_;
  Config config_;
  UvAsyncIo io_;
  Reaper reaper_{io_.port()};
  Metrics metrics_;
  const Manifests manifests_ = loadManifests(folder_.path(), {});
  const SharedHost sharedHost_{featuresOfRoot(), config_, ""};
  kj::Own<CgroupDriver> cgroups_ = newCgroupDriver({"none", "brood-test", "idle"});
  const ZygoteStarter zygotes_{io_.port(),          reaper_,     config_,
                               manifests_,          sharedHost_, config_.layers,
                               ZygoteDirectories{}, nullptr};
  NoForks slotBuilder_;
  SlotPool slots_{io_.timer(), slotBuilder_, *cgroups_,    SandboxFactory(sharedHost_),
                  Tier::root,  config_,      SlotLimits{}, metrics_};
  LayerSet proven_;
  Toolchains toolchains_;
  WorkerStarter starter_{io_.port(), slots_, config_.limits, proven_, metrics_};
  Profiles profiles_{io_.timer(), manifests_, zygotes_, slotBuilder_, starter_, config_};
};

}  // namespace brood::supervisor
