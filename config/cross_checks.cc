#include "config/cross_checks.h"

#include <sys/un.h>

#include <algorithm>
#include <filesystem>

#include "config/job_limits.h"
#include "config/loader.h"
#include "config/message_sizes.h"
#include "egress/policy/policy.h"

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
  for (const auto& profile : config.profiles) {
    // A profile that nobody has asked for takes the room that is left.
    if (!profile.onlyIfInstalled) wanted += profile.targetIdle;
  }
  if (wanted > config.sandbox.maxSlots) {
    throw ConfigError("sandbox.max_slots: " + std::to_string(config.sandbox.maxSlots) +
                      " is less than sandbox.spare_slots, executed.target_idle and every "
                      "profile's target_idle together, " +
                      std::to_string(wanted));
  }
}

// Paths that a sandbox has of its own, or that are links to such.
constexpr const char* kOwnOfSandboxes[] = {"/brood",   "/dev",     "/proc",     "/tmp",
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

// A layer and another that it cannot do without.
struct Dependency {
  Layer layer;
  Layer needs;
};
constexpr Dependency kDependencies[] = {
    {Layer::seccompNumbers, Layer::noNewPrivs}, {Layer::seccompArguments, Layer::noNewPrivs},
    {Layer::landlock, Layer::noNewPrivs},       {Layer::readOnlyRoot, Layer::ownRoot},
    {Layer::ownInodes, Layer::readOnlyRoot},
};

void checkLayers(const LayerPolicy& layers) {
  for (const auto& [layer, needs] : kDependencies) {
    if (!layers.isOn(layer) || layers.isOn(needs)) continue;
    throw ConfigError(std::string("layers.") + nameOf(needs) + ": is off, but layers." +
                      nameOf(layer) + " cannot do without it; switch that off too");
  }
}

// A job and its result are one message each between gateway and supervisor.
void checkMessageSizes(const Config& config) {
  const auto most = std::to_string(kMostMessageBytes);
  if (const auto bytes = largestJobBytes(config); bytes > kMostMessageBytes) {
    throw ConfigError("gateway.max_body_bytes: " + std::to_string(config.gateway.maxBodyBytes) +
                      " is more than reaches the supervisor: a job could have " +
                      std::to_string(bytes) + " bytes, a message has at most " + most);
  }
  if (const auto bytes = largestResultBytes(config); bytes > kMostMessageBytes) {
    throw ConfigError(
        "limits.output_bytes.max, compile_limits.output_bytes.max, files.max_collected_bytes, "
        "results.max_total_bytes: a result could have " +
        std::to_string(bytes) + " bytes, a message has at most " + most);
  }
}

void checkAccess(const Config& config) {
  if (config.gateway.tlsCert.empty() != config.gateway.tlsKey.empty()) {
    throw ConfigError("gateway.tls_cert, gateway.tls_key: one is set and the other is not");
  }
  if (!config.gateway.tlsClientCa.empty() && !config.gateway.speaksTls()) {
    throw ConfigError("gateway.tls_client_ca: needs gateway.tls_cert and gateway.tls_key");
  }
  for (const auto& [key, url] : {std::pair{"traces.endpoint", &config.traces.endpoint},
                                 std::pair{"supabase.url", &config.supabase.url}}) {
    if (url->empty() || url->starts_with("https://") || url->starts_with("http://")) continue;
    throw ConfigError(std::string(key) + ": '" + *url + "' must begin with https:// or http://");
  }
}

// A listener for each of them is made for each sandbox with network.
constexpr size_t kMostNamedPorts = 61;

void checkEgress(const EgressConfig& config) {
  auto policy = egress::Policy::of(config.allow);
  if (const auto* problem = std::get_if<egress::EntryProblem>(&policy)) {
    throw ConfigError("egress.allow: " + problem->text);
  }
  for (const auto& range : config.forbid) {
    if (egress::IpRange::parse(range)) continue;
    throw ConfigError("egress.forbid: '" + range + "' is no range of addresses");
  }
  const auto ports = std::get<egress::Policy>(policy).namedPorts().size();
  if (ports > kMostNamedPorts) {
    throw ConfigError("egress.allow: has " + std::to_string(ports) +
                      " exact names with a port; at most " + std::to_string(kMostNamedPorts) +
                      " are allowed");
  }
  if (config.isOn() && config.allow.empty() && config.aliases.empty()) {
    throw ConfigError(
        "egress.allow: is empty, but egress.enabled is on; list what jobs may reach (ALLOWED_"
        "DOMAINS), or '*' for the public internet");
  }
  for (const auto& alias : config.aliases) {
    if (alias.origin.starts_with("https://")) continue;
    throw ConfigError("egress.aliases." + alias.name + ".origin: '" + alias.origin +
                      "' is not https://HOST[:PORT][/PATH]");
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
  for (const char* key : {"sessions.ttl_ms", "sessions.idle_timeout_ms"}) {
    pairs.push_back({std::string(key) + ".default", std::string(key) + ".max"});
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
  checkMessageSizes(config);
  checkAccess(config);
  checkEgress(config.egress);
  size_t longest = sizeof(sockaddr_un::sun_path) - 1;
  if (config.supervisor.adminSocketPath().size() > longest) {
    throw ConfigError("supervisor.runtime_dir: '" + config.supervisor.runtimeDir +
                      "' is too long; with /admin.sock it may have " + std::to_string(longest) +
                      " bytes");
  }
}

}  // namespace brood
