#include "config/cross_checks.h"

#include <sys/un.h>

#include <algorithm>
#include <filesystem>

#include "config/job_limits.h"
#include "config/loader.h"

namespace brood {
namespace {

// (uid_t)-1 means "no change" to the kernel, and 65534 is what unmapped ids look like.
constexpr uint64_t kInvalidUid = 4'294'967'295;
constexpr uint64_t kOverflowUid = 65'534;

void checkUidRange(const SandboxConfig& sandbox) {
  uint64_t first = sandbox.uidBase;
  uint64_t last = first + 2ull * sandbox.maxSlots - 1;
  std::string range = "sandbox.uid_base, sandbox.max_slots: host ids " + std::to_string(first) +
                      ".." + std::to_string(last);
  if (last >= kInvalidUid) {
    throw ConfigError(range + " do not fit; the last must be below " + std::to_string(kInvalidUid));
  }
  if (first <= kOverflowUid && kOverflowUid <= last) {
    throw ConfigError(range + " contain " + std::to_string(kOverflowUid) +
                      " (nobody), which sandboxes must not own");
  }
}

void checkSlots(const Config& config) {
  uint64_t wanted = config.sandbox.spareSlots + config.executed.targetIdle;
  for (const auto& profile : config.profiles) wanted += profile.targetIdle;
  if (wanted > config.sandbox.maxSlots) {
    throw ConfigError("sandbox.max_slots: " + std::to_string(config.sandbox.maxSlots) +
                      " is less than sandbox.spare_slots, executed.target_idle and every "
                      "profile's target_idle together, " +
                      std::to_string(wanted));
  }
}

// What a sandbox has of its own, or as links to that.
constexpr const char* kOwnOfSandboxes[] = {"/brood", "/dev",     "/proc",     "/tmp",
                                           "/var/run", "/var/tmp", "/workspace"};

void checkReadOnlyPaths(const SandboxConfig& sandbox) {
  for (const auto& path : sandbox.readOnlyPaths) {
    const auto below = std::filesystem::path(path + "/").lexically_normal().relative_path();
    for (const std::string own : kOwnOfSandboxes) {
      if (!below.empty() && !("/" + below.string()).starts_with(own + "/")) continue;
      throw ConfigError("sandbox.read_only_paths: '" + path + "' " +
                        (below.empty() ? "is the root" : "lies in " + own) +
                        ", which every sandbox has of its own");
    }
  }
}

// What a layer cannot do without.
struct Dependency {
  Layer layer;
  Layer needs;
};
constexpr Dependency kDependencies[] = {
    {Layer::seccompNumbers, Layer::noNewPrivs},
    {Layer::seccompArguments, Layer::noNewPrivs},
    {Layer::landlock, Layer::noNewPrivs},
    {Layer::readOnlyRoot, Layer::ownRoot},
};

void checkLayers(const LayerPolicy& layers) {
  for (const auto& [layer, needs] : kDependencies) {
    if (!layers.isOn(layer) || layers.isOn(needs)) continue;
    throw ConfigError(std::string("layers.") + nameOf(needs) + ": is off, but layers." +
                      nameOf(layer) + " cannot do without it; switch that off too");
  }
}

}  // namespace

std::vector<OrderedPair> orderedPairs(const Config& config) {
  std::vector<OrderedPair> pairs;
  for (const auto& limit : kJobLimits) {
    for (const char* prefix : {"limits.", "compile_limits."}) {
      const std::string key = std::string(prefix) + limit.name;
      pairs.push_back({key + ".default", key + ".max"});
    }
  }
  std::vector<std::pair<std::string, const ProfileConfig*>> pools{{"executed", &config.executed}};
  for (const auto& profile : config.profiles) {
    pools.emplace_back("profiles." + profile.name, &profile);
  }
  for (const auto& [key, pool] : pools) {
    pairs.push_back({key + ".target_idle", key + ".max_workers"});
    pairs.push_back({key + ".min_idle", key + ".target_idle"});
    if (pool->maxIdle == 0) continue;
    pairs.push_back({key + ".target_idle", key + ".max_idle"});
    pairs.push_back({key + ".max_idle", key + ".max_workers"});
  }
  return pairs;
}

void checkTogether(const Config& config) {
  checkUidRange(config.sandbox);
  checkSlots(config);
  checkReadOnlyPaths(config.sandbox);
  checkLayers(config.layers);
  size_t longest = sizeof(sockaddr_un::sun_path) - 1;
  if (config.supervisor.adminSocketPath().size() > longest) {
    throw ConfigError("supervisor.runtime_dir: '" + config.supervisor.runtimeDir +
                      "' is too long; with /admin.sock it may have " + std::to_string(longest) +
                      " bytes");
  }
}

}  // namespace brood
