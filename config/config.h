#pragma once
// The effective configuration of every Brood process, as plain values. Filled by loader.h;
// each field's key, range and help text live in the one table of settings.cc.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rpc/layers.h"
#include "rpc/techniques.h"

namespace brood {

// A per-job limit: what a job gets when it does not ask, and the most it may ask for.
struct LimitRange {
  uint64_t defaultValue;
  uint64_t maximum;
};

struct LimitsConfig {
  LimitRange wallTimeMs{10'000, 300'000};
  LimitRange cpuTimeMs{10'000, 300'000};
  LimitRange memoryBytes{256ull << 20, 1ull << 30};
  LimitRange processes{64, 256};
  LimitRange outputBytes{1ull << 20, 16ull << 20};  // stdout and stderr each.
  LimitRange fileBytes{64ull << 20, 256ull << 20};
  LimitRange openFiles{256, 1024};
  LimitRange workspaceBytes{64ull << 20, 256ull << 20};
  LimitRange workspaceInodes{16'384, 65'536};
};

// [profiles.NAME].
struct ProfileConfig {
  std::string name = "default";
  std::string language = "python";
  std::optional<std::vector<std::string>> preload;  // Unset: the runtime manifest's list.
  std::vector<std::string> environment;             // "NAME=VALUE", for the zygote and its jobs.
  std::string warmUp;  // Path of a script for the zygote to run once it has loaded all; or empty.
  uint32_t minIdle = 2;      // /ready is true only once this many have been parked.
  uint32_t targetIdle = 8;   // Parked when there was nothing to do for a minute.
  uint32_t maxIdle = 0;      // Parked at most when there is; 0: four times targetIdle.
  uint32_t maxWorkers = 64;  // Parked + starting + running.
  static constexpr uint32_t kMostZygotes = 64, kMostZygoteForks = 1'000'000'000;
  static constexpr uint32_t kMostZygoteAgeMs = 30u * 24 * 3'600'000;  // A month.
  uint32_t zygotes = 1;      // All alike, forking at the same time.
  uint32_t zygoteMaxForks = 0;         // Then a new one succeeds it; 0: however many.
  uint32_t zygoteMaxAgeMs = 3'600'000;  // The same by time; 0: however old.

  uint32_t mostIdle() const {
    return maxIdle > 0 ? maxIdle : std::min(4 * targetIdle, maxWorkers);
  }
};

struct SandboxConfig {
  uint32_t uidBase = 200'000;  // Two host ids (uid and gid alike) per slot from here.
  uint32_t maxSlots = 512;
  uint32_t cpuMillicores = 1000;  // CFS quota per job.
  uint64_t tmpBytes = 64ull << 20;
  uint64_t tmpInodes = 16'384;
  uint64_t shmBytes = 64ull << 20;
  uint64_t shmInodes = 1'024;
  std::vector<std::string> readOnlyPaths{"/usr"};
  std::vector<std::string> copiedPaths{
      "/etc/ld.so.cache", "/etc/alternatives",    "/etc/localtime",     "/etc/timezone",
      "/etc/mime.types",  "/etc/fonts",           "/etc/matplotlibrc",  "/etc/python3",
      "/etc/ssl/certs",   "/etc/ssl/openssl.cnf", "/etc/nsswitch.conf", "/etc/protocols",
      "/etc/services",    "/etc/inputrc",         "/etc/bash.bashrc",   "/etc/perl",
      "/etc/php",         "/etc/R",               "/etc/java-17-openjdk"};
  std::string cgroupMode = "auto";  // auto | v1 | v2 | none
  std::string cgroupParent = "brood";
  std::string minIsolation = "process";  // namespaces | process
  uint32_t spareSlots = 4;               // Built and empty, beyond those with a worker.
};

struct SupervisorConfig {
  std::string runtimeDir = "/run/brood";  // Socket, lock file, staging. See defaultRuntimeDir().
  std::string socketGroup = "nogroup";    // May connect to the RPC socket besides the owner.
  uint64_t canaryIntervalMs = 3'600'000;  // Between two trials of the sandboxes; 0: at start only.
  std::string libexecDir;   // brood-zygote-*; default: found relative to the running binary.
  std::string runtimesDir;  // <name>/manifest.toml; default likewise.
  std::vector<std::string> extraRuntimesDirs;  // The operator's own.
  uint32_t maxConcurrentJobs = 64;
  uint32_t queueLimit = 1024;
  uint64_t queueTimeoutMs = 30'000;
  uint64_t drainTimeoutMs = 10'000;
  std::string logLevel = "info";  // trace | debug | info | warn | error | off
  std::string jobTrace = "off";   // on: a request may ask when its job passed which point.

  bool allowsTrace() const { return jobTrace == "on"; }
  std::string socketPath() const { return runtimeDir + "/brood.sock"; }
  std::string adminSocketPath() const { return runtimeDir + "/admin.sock"; }
};

// Files of a job. What goes in beyond these is refused; what would come out beyond them is left
// out and named.
struct FilesConfig {
  uint32_t maxInputs = 256;
  uint64_t maxInputFileBytes = 16ull << 20;
  uint64_t maxInputBytes = 16ull << 20;  // Together.
  uint32_t maxPatterns = 32;
  uint32_t maxCollected = 256;
  uint64_t maxCollectedFileBytes = 16ull << 20;
  uint64_t maxCollectedBytes = 32ull << 20;  // Together.
  uint32_t maxNames = 100'000;               // Looked at to find them.
};

// Rich results of a job; what is beyond is left out.
struct ResultsConfig {
  uint32_t maxCount = 64;
  uint64_t maxBytes = 4ull << 20;
  uint64_t maxTotalBytes = 16ull << 20;
};

struct GatewayConfig {
  std::string host = "127.0.0.1";
  uint16_t port = 8080;
  std::string user = "nobody";  // Dropped to when started as root.
  uint64_t maxHeaderBytes = 16 << 10;
  uint64_t maxBodyBytes = 16ull << 20;
  uint64_t headerTimeoutMs = 10'000;
  uint64_t bodyTimeoutMs = 30'000;
  uint64_t idleTimeoutMs = 75'000;
  uint64_t writeTimeoutMs = 30'000;
  uint32_t maxConnections = 1'024;
};

// Of the compiled languages' first half.
struct CompileConfig {
  LimitsConfig limits{
      .wallTimeMs = {30'000, 120'000},
      .cpuTimeMs = {30'000, 120'000},
      .memoryBytes = {512ull << 20, 1ull << 30},
      .outputBytes = {64ull << 10, 1ull << 20},
      .workspaceBytes = {128ull << 20, 256ull << 20},
  };
  uint64_t artifactBytes = 64ull << 20;
  uint64_t cacheBytes = 256ull << 20;  // 0: every job compiles.
};

struct Config {
  GatewayConfig gateway;
  SupervisorConfig supervisor;
  SandboxConfig sandbox;
  LimitsConfig limits;
  FilesConfig files;
  CompileConfig compile;
  ResultsConfig results;
  LayerPolicy layers;     // [layers]
  Techniques techniques;  // [techniques]
  std::vector<ProfileConfig> profiles{ProfileConfig{}};
  // Of the workers that execute any language without a zygote of its own.
  ProfileConfig executed{.name = "executed",
                         .language = "",
                         .preload = {},
                         .environment = {},
                         .warmUp = {},
                         .minIdle = 1,
                         .targetIdle = 4};
};

}  // namespace brood
