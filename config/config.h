#pragma once
// The effective configuration of every Brood process, as plain values. Filled by loader.h;
// each field's key, range and help text live in the one table of settings.cc.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/policy/layers.h"
#include "base/policy/techniques.h"

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
  std::string warmUp;    // Path of a script for the zygote to run once it has loaded all; or empty.
  uint32_t minIdle = 2;  // /ready is true only once this many have been parked.
  uint32_t targetIdle = 8;   // Parked when there was nothing to do for a minute.
  uint32_t maxIdle = 0;      // Parked at most when there is; 0: four times targetIdle.
  uint32_t maxWorkers = 64;  // Parked + starting + running.
  static constexpr uint32_t kMostZygotes = 64, kMostZygoteForks = 1'000'000'000;
  static constexpr uint32_t kMostZygoteAgeMs = 30u * 24 * 3'600'000;  // A month.
  uint32_t zygotes = 1;                 // All alike, forking at the same time.
  uint32_t zygoteMaxForks = 0;          // Then a new one succeeds it; 0: however many.
  uint32_t zygoteMaxAgeMs = 3'600'000;  // Its age; 0: however old.
  // No setting: one of our own choice, which is left out where its language is not installed.
  bool onlyIfInstalled = false;

  uint32_t mostIdle() const { return maxIdle > 0 ? maxIdle : std::min(4 * targetIdle, maxWorkers); }
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
  std::vector<std::string> copiedPaths{"/etc/ld.so.cache",
                                       "/etc/alternatives",
                                       "/etc/localtime",
                                       "/etc/timezone",
                                       "/etc/mime.types",
                                       "/etc/fonts",
                                       "/etc/matplotlibrc",
                                       "/etc/python3",
                                       "/etc/ssl/certs",
                                       "/etc/ssl/openssl.cnf",
                                       "/etc/nsswitch.conf",
                                       "/etc/protocols",
                                       "/etc/services",
                                       "/etc/inputrc",
                                       "/etc/bash.bashrc",
                                       "/etc/perl",
                                       "/etc/php",
                                       "/etc/R",
                                       "/etc/java-17-openjdk",
                                       "/etc/os-release"};
  std::string cgroupMode = "auto";  // auto | v1 | v2 | none
  std::string cgroupParent = "brood";
  std::string minIsolation = "process";  // namespaces | process
  uint32_t spareSlots = 4;               // Built and empty, beyond those with a worker.
};

struct SupervisorConfig {
  std::string runtimeDir = "/run/brood";  // Socket, lock file, staging. See defaultRuntimeDir().
  // May connect to the RPC socket besides the owner. See config/gateway_account.h.
  std::string socketGroup = "brood-gateway";
  uint64_t canaryIntervalMs = 3'600'000;  // Between two trials of the sandboxes; 0: at start only.
  std::string libexecDir;   // brood-zygote-*; default: found relative to the running binary.
  std::string runtimesDir;  // <name>/manifest.toml; default likewise.
  std::vector<std::string> extraRuntimesDirs;  // The operator's own.
  uint32_t maxConcurrentJobs = 64;
  uint32_t queueLimit = 1024;
  uint64_t queueTimeoutMs = 30'000;
  uint64_t drainTimeoutMs = 10'000;
  // With less available on the host, jobs that hold most are ended; 0: never.
  uint64_t memoryReserveBytes = 256ull << 20;
  std::string logLevel = "info";   // trace | debug | info | warn | error | off
  std::string logFormat = "text";  // text | json
  std::string jobTrace = "off";    // on: a request may ask when its job passed which point.

  bool allowsTrace() const { return jobTrace == "on"; }
  std::string socketPath() const { return runtimeDir + "/brood.sock"; }
  std::string recorderSocketPath() const { return runtimeDir + "/recorder.sock"; }
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
  std::string user = "brood-gateway";  // Dropped to when started as root. See gateway_account.h.
  uint64_t maxHeaderBytes = 16 << 10;
  uint64_t maxBodyBytes = 16ull << 20;
  uint64_t headerTimeoutMs = 10'000;
  uint64_t bodyTimeoutMs = 30'000;
  uint64_t idleTimeoutMs = 75'000;
  uint64_t writeTimeoutMs = 30'000;
  uint64_t drainDelayMs = 0;  // At shutdown, from not ready to no new jobs.
  uint32_t maxConnections = 1'024;
  uint64_t maxBufferedBytes = 512ull << 20;  // Requests and answers of all connections together.
  std::vector<std::string> allowedOrigins;   // Web pages that may ask, "https://app.example".
  std::vector<std::string> allowedHosts;     // Names in Host besides the address listened on.
  std::string tlsCert;                       // PEM files; both or neither.
  std::string tlsKey;
  std::string tlsClientCa;  // Authorities whose clients' certificates are keys; empty: none are.

  bool speaksTls() const { return !tlsCert.empty(); }
};

// Settings for the compilation of a job in a compiled language.
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

// Access to the gateway. The keys themselves are no settings; see config/secrets.h.
struct AccessConfig {
  // auto: keys if there are any; without, everybody on a loopback address, and on another one a key
  // made for this run.
  std::string mode = "auto";                // auto | keys | open
  std::string keysFile;                     // See keysPath().
  std::string stateDir = "/var/lib/brood";  // Keeps usage. See defaultStateDir().
  std::string metrics = "key";              // key | open: /metrics where there are keys.

  std::string keysPath() const { return keysFile.empty() ? stateDir + "/keys.json" : keysFile; }
};

struct AuditConfig {
  std::string path;                  // Empty: none.
  std::string fsync = "interval";    // never | interval | always
  std::string onFailure = "refuse";  // refuse | count
};

struct TracesConfig {
  std::string endpoint;  // An OpenTelemetry collector (OTLP over HTTP); empty: none.
};

struct SupabaseConfig {
  std::string url;  // Empty: none.
  std::string table = "brood_executions";
  std::string bucket;  // For collected files; empty: they are not stored.
  uint64_t spoolBytes = 256ull << 20;
  uint64_t giveUpAfterMs = 24ull * 3'600'000;
};

// [egress.aliases.NAME]: an origin that jobs reach as http://127.0.0.1:3129/NAME/, with headers
// that they never see.
struct EgressAliasConfig {
  std::string name;
  std::string origin;                // "https://host[:port][/path]".
  std::vector<std::string> headers;  // "NAME=VALUE"; ${env:NAME} is a variable of the supervisor's.
};

// [egress]: the names that jobs may reach, by way of brood-egress.
struct EgressConfig {
  std::string enabled = "off";         // on | off
  std::string unasked = "on";          // Whether a job that does not say has network.
  std::vector<std::string> allow;      // egress/policy/entry.h.
  std::vector<std::string> forbid;     // Ranges that are forbidden besides those always are.
  std::vector<std::string> resolvers;  // "192.0.2.1:53"; none: those of /etc/resolv.conf.
  std::string requireSni = "on";       // on | off
  std::string user = "brood-egress";   // See gateway_account.h.
  std::string caFile = "/etc/ssl/certs/ca-certificates.crt";
  uint32_t connections = 4'096;           // At once, all jobs together.
  uint32_t jobConnections = 64;           // At once.
  uint32_t jobConnectionsTotal = 10'000;  // 0: however many; as in all below.
  uint64_t jobUpBytes = 1ull << 30;
  uint64_t jobDownBytes = 4ull << 30;
  uint64_t jobBytesPerSecond = 0;
  uint64_t idleTimeoutMs = 300'000;
  uint64_t headTimeoutMs = 30'000;  // For a request's head, or a ClientHello.
  std::vector<EgressAliasConfig> aliases;

  bool isOn() const { return enabled == "on"; }
  bool isOnUnasked() const { return isOn() && unasked == "on"; }
};

// [sessions]: sandboxes that are kept between calls.
struct SessionsConfig {
  std::string enabled = "on";  // on | off
  uint32_t maxSessions = 100;
  LimitRange ttlMs{3'600'000, 24ull * 3'600'000};
  LimitRange idleTimeoutMs{900'000, 24ull * 3'600'000};
  uint32_t maxContexts = 8;             // Of one session, at once.
  uint32_t maxCommands = 16;            // Of one session, running at once.
  uint32_t maxWaitingCells = 16;        // For one context.
  uint64_t interruptGraceMs = 2'000;    // From the interrupt to the kill.
  uint64_t lateBytes = 64 << 10;        // Kept of what a context writes between cells.
  uint64_t replayBytes = 1ull << 20;    // Kept of what a command writes, for followers.
  uint64_t keptReasonsMs = 3'600'000;   // How long it is said why a session ended.
  uint64_t maxFileBytes = 16ull << 20;  // In one read or write by the file agent.
  uint64_t fileTimeoutMs = 30'000;      // For one request to the file agent.

  bool isOn() const { return enabled == "on"; }
};

// [protocols]: the interfaces of others that the gateway speaks beside its own.
struct ProtocolsConfig {
  std::string mcp = "off";  // on | off, as all below.
  std::string dify = "off";
  std::string sandboxfusion = "off";

  bool hasMcp() const { return mcp == "on"; }
  bool hasDify() const { return dify == "on"; }
  bool hasSandboxFusion() const { return sandboxfusion == "on"; }
};

struct Config {
  GatewayConfig gateway;
  ProtocolsConfig protocols;
  AccessConfig access;
  AuditConfig audit;
  TracesConfig traces;
  SupabaseConfig supabase;
  SupervisorConfig supervisor;
  SandboxConfig sandbox;
  LimitsConfig limits;
  FilesConfig files;
  CompileConfig compile;
  ResultsConfig results;
  SessionsConfig sessions;
  EgressConfig egress;
  LayerPolicy layers;     // [layers]
  Techniques techniques;  // [techniques]
  std::vector<ProfileConfig> profiles{ProfileConfig{}};
  // The pool of the workers that execute any language without a zygote of its own.
  ProfileConfig executed{.name = "executed",
                         .language = "",
                         .preload = {},
                         .environment = {},
                         .warmUp = {},
                         .minIdle = 1,
                         .targetIdle = 4};
};

}  // namespace brood
