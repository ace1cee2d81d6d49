#include "config/settings.h"

#include <algorithm>
#include <cctype>

#include "config/egress_settings.h"
#include "config/front_settings.h"
#include "config/job_limits.h"
#include "config/quantities.h"
#include "config/session_settings.h"
#include "config/setting_makers.h"

namespace brood {
namespace {

using enum SettingKind;

void addSupervisor(std::vector<Setting>& all) {
  all.push_back(
      textSetting("supervisor.runtime_dir", TextRule::absolutePath,
                  "Socket, lock file and staging directory; an ordinary user's default is "
                  "$XDG_RUNTIME_DIR/brood, else /tmp/brood-UID",
                  BROOD_FIELD(supervisor.runtimeDir)));
  all.push_back(textSetting("supervisor.socket_group", TextRule::any,
                            "Group that may connect to the RPC socket; empty: the owner only; "
                            "without a group brood-gateway that of gateway.user",
                            BROOD_FIELD(supervisor.socketGroup)));
  all.push_back(textSetting("supervisor.libexec_dir", TextRule::absolutePathOrEmpty,
                            "Holds brood-zygote-*; empty: beside the running binary",
                            BROOD_FIELD(supervisor.libexecDir)));
  all.push_back(textSetting("supervisor.runtimes_dir", TextRule::absolutePathOrEmpty,
                            "Holds NAME/manifest.toml; empty: beside the running binary",
                            BROOD_FIELD(supervisor.runtimesDir)));
  all.push_back(listSetting("supervisor.extra_runtimes_dirs", TextRule::absolutePath,
                            "Hold more languages, as NAME.toml or NAME/manifest.toml",
                            BROOD_FIELD(supervisor.extraRuntimesDirs)));
  all.push_back(numberSetting("supervisor.max_concurrent_jobs", count, {1, 100'000},
                              "Jobs running at once; more wait",
                              BROOD_FIELD(supervisor.maxConcurrentJobs)));
  all.push_back(numberSetting("supervisor.queue_limit", count, {0, 1'000'000},
                              "Jobs waiting; more are refused",
                              BROOD_FIELD(supervisor.queueLimit)));
  all.push_back(numberSetting("supervisor.queue_timeout_ms", milliseconds, {1, kHourMs},
                              "Longest wait before a job is refused",
                              BROOD_FIELD(supervisor.queueTimeoutMs)));
  all.push_back(numberSetting("supervisor.canary_interval_ms", milliseconds, {0, 24 * kHourMs},
                              "Between two trials of the sandboxes by a canary; 0: at start only",
                              BROOD_FIELD(supervisor.canaryIntervalMs)));
  all.push_back(numberSetting("supervisor.drain_timeout_ms", milliseconds, {0, kHourMs},
                              "At shutdown, how long running jobs may finish",
                              BROOD_FIELD(supervisor.drainTimeoutMs)));
  all.push_back(numberSetting("supervisor.memory_reserve_bytes", bytes, {0, kTi},
                              "With less memory available on the host, jobs that hold most are "
                              "ended as host_memory; 0: never",
                              BROOD_FIELD(supervisor.memoryReserveBytes)));
  all.push_back(choiceSetting("supervisor.log_level",
                              {"trace", "debug", "info", "warn", "error", "off"}, "What to log",
                              BROOD_FIELD(supervisor.logLevel)));
  all.push_back(choiceSetting("supervisor.log_format", {"text", "json"},
                              "Lines for people, or a JSON object in each line for programs",
                              BROOD_FIELD(supervisor.logFormat)));
  all.push_back(choiceSetting("supervisor.job_trace", {"off", "on"},
                              "Whether a request may ask when its job passed which point; for "
                              "measurements, as by brood bench --trace",
                              BROOD_FIELD(supervisor.jobTrace)));
}

void addSandbox(std::vector<Setting>& all) {
  constexpr Range diskBytes{4 * kKi, kTi};
  constexpr Range inodes{16, 1'000'000'000};
  all.push_back(numberSetting("sandbox.uid_base", count, {1'000, 4'294'967'293},
                              "First of two host uids (and gids) per slot",
                              BROOD_FIELD(sandbox.uidBase)));
  all.push_back(numberSetting("sandbox.max_slots", count, {1, 100'000}, "Sandboxes at once",
                              BROOD_FIELD(sandbox.maxSlots)));
  all.push_back(numberSetting("sandbox.spare_slots", count, {0, 100'000},
                              "Empty sandboxes kept ready beyond those with a worker",
                              BROOD_FIELD(sandbox.spareSlots)));
  all.push_back(numberSetting("sandbox.cpu_millicores", count, {10, 1'000'000},
                              "CPU bandwidth of one job, in thousandths of a core",
                              BROOD_FIELD(sandbox.cpuMillicores)));
  all.push_back(numberSetting("sandbox.tmp_bytes", bytes, diskBytes, "Size of /tmp",
                              BROOD_FIELD(sandbox.tmpBytes)));
  all.push_back(numberSetting("sandbox.tmp_inodes", count, inodes, "Files in /tmp",
                              BROOD_FIELD(sandbox.tmpInodes)));
  all.push_back(numberSetting("sandbox.shm_bytes", bytes, diskBytes, "Size of /dev/shm",
                              BROOD_FIELD(sandbox.shmBytes)));
  all.push_back(numberSetting("sandbox.shm_inodes", count, inodes, "Files in /dev/shm",
                              BROOD_FIELD(sandbox.shmInodes)));
  all.push_back(listSetting("sandbox.read_only_paths", TextRule::absolutePath,
                            "Host directories every sandbox sees, read-only",
                            BROOD_FIELD(sandbox.readOnlyPaths)));
  all.push_back(
      listSetting("sandbox.copied_paths", TextRule::absolutePath,
                  "Host files copied into every sandbox's root; missing ones are left out",
                  BROOD_FIELD(sandbox.copiedPaths)));
  all.push_back(choiceSetting("sandbox.cgroup_mode", {"auto", "v1", "v2", "none"},
                              "Which control groups to use", BROOD_FIELD(sandbox.cgroupMode)));
  all.push_back(textSetting("sandbox.cgroup_parent", TextRule::relativePath,
                            "Control group below which Brood makes its own",
                            BROOD_FIELD(sandbox.cgroupParent)));
  all.push_back(choiceSetting("sandbox.min_isolation", {"namespaces", "process"},
                              "Refuse to start below this level",
                              BROOD_FIELD(sandbox.minIsolation)));
}

// The ceilings keep one job's request and one job's result within what crosses the inner socket.
void addFiles(std::vector<Setting>& all) {
  constexpr Range content{1, 48 * kMi};
  all.push_back(numberSetting("files.max_inputs", count, {0, 10'000}, "Files given to one job",
                              BROOD_FIELD(files.maxInputs)));
  all.push_back(numberSetting("files.max_input_file_bytes", bytes, content,
                              "Size of one file given to a job",
                              BROOD_FIELD(files.maxInputFileBytes)));
  all.push_back(numberSetting("files.max_input_bytes", bytes, content,
                              "Size of all files given to one job",
                              BROOD_FIELD(files.maxInputBytes)));
  all.push_back(numberSetting("files.max_patterns", count, {0, 1'000},
                              "Patterns of files to collect from one job",
                              BROOD_FIELD(files.maxPatterns)));
  all.push_back(numberSetting("files.max_collected", count, {1, 10'000},
                              "Files collected from one job", BROOD_FIELD(files.maxCollected)));
  all.push_back(numberSetting("files.max_collected_file_bytes", bytes, content,
                              "Size of one collected file; larger ones are skipped",
                              BROOD_FIELD(files.maxCollectedFileBytes)));
  all.push_back(numberSetting("files.max_collected_bytes", bytes, content,
                              "Size of all files collected from one job",
                              BROOD_FIELD(files.maxCollectedBytes)));
  all.push_back(numberSetting("files.max_names", count, {100, 10'000'000},
                              "Names in a job's directories looked at to find them",
                              BROOD_FIELD(files.maxNames)));
}

void addResults(std::vector<Setting>& all) {
  constexpr Range data{1, 32 * kMi};
  all.push_back(numberSetting("results.max_count", count, {1, 10'000},
                              "Rich results of one job, each form counted",
                              BROOD_FIELD(results.maxCount)));
  all.push_back(numberSetting("results.max_bytes", bytes, data, "Size of one rich result",
                              BROOD_FIELD(results.maxBytes)));
  all.push_back(numberSetting("results.max_total_bytes", bytes, data,
                              "Size of all rich results of one job",
                              BROOD_FIELD(results.maxTotalBytes)));
}

SettingKind kindOf(LimitUnit unit) {
  switch (unit) {
    case LimitUnit::count:
      return count;
    case LimitUnit::bytes:
      return bytes;
    case LimitUnit::milliseconds:
      return milliseconds;
  }
  return count;
}

// `limits` answers the LimitsConfig of a Config.
template <typename Access>
void addLimit(std::vector<Setting>& all, const std::string& prefix, const LimitInfo& limit,
              const std::string& whose, Access limits) {
  const std::string key = prefix + "." + limit.name;
  const Range allowed{limit.minimum, limit.ceiling};
  const auto range = limit.range;
  all.push_back(numberSetting(
      key + ".default", kindOf(limit.unit), allowed, std::string(limit.what) + ", for a " + whose,
      [ range, limits ](auto& c) -> auto& { return (limits(c).*range).defaultValue; }));
  all.push_back(numberSetting(
      key + ".max", kindOf(limit.unit), allowed,
      std::string(limit.what) + ", the most for any " + whose,
      [ range, limits ](auto& c) -> auto& { return (limits(c).*range).maximum; }));
}

void addCompile(std::vector<Setting>& all) {
  all.push_back(numberSetting("compile.artifact_bytes", bytes, {kKi, kGi},
                              "Largest program a compiler may make",
                              BROOD_FIELD(compile.artifactBytes)));
  all.push_back(numberSetting("compile.cache_bytes", bytes, {0, kTi},
                              "Memory for compiled programs and their sources; 0: none is kept",
                              BROOD_FIELD(compile.cacheBytes)));
}

// The words in the order of LayerMode.
const std::vector<std::string> kLayerModes{"required", "preferred", "off"};

void addLayer(std::vector<Setting>& all, Layer layer) {
  Setting setting{.key = std::string("layers.") + nameOf(layer),
                  .kind = choice,
                  .choices = kLayerModes,
                  .help = infoOf(layer).help};
  setting.store = [layer](Config& config, SettingValue value) {
    auto word = std::find(kLayerModes.begin(), kLayerModes.end(), std::get<std::string>(value));
    config.layers.setMode(layer, static_cast<LayerMode>(word - kLayerModes.begin()));
  };
  setting.load = [layer](const Config& config) -> std::optional<SettingValue> {
    return SettingValue(kLayerModes[static_cast<size_t>(config.layers.mode(layer))]);
  };
  all.push_back(std::move(setting));
}

void addTechnique(std::vector<Setting>& all, const TechniqueInfo& technique) {
  Setting setting{.key = std::string("techniques.") + technique.name,
                  .kind = choice,
                  .choices = {"on", "off"},
                  .help = technique.help};
  setting.store = [on = technique.on](Config& config, SettingValue value) {
    config.techniques.*on = std::get<std::string>(value) == "on";
  };
  setting.load = [on = technique.on](const Config& config) -> std::optional<SettingValue> {
    return SettingValue(std::string(config.techniques.*on ? "on" : "off"));
  };
  all.push_back(std::move(setting));
}

// `profile` answers the ProfileConfig of a Config.
template <typename Access>
void addPool(std::vector<Setting>& all, const std::string& prefix, const std::string& ready,
             Access profile) {
  constexpr Range workers{0, 100'000};
  all.push_back(numberSetting(
      prefix + ".min_idle", count, workers,
      ready, [profile](auto& c) -> auto& { return profile(c).minIdle; }));
  all.push_back(numberSetting(
      prefix + ".target_idle", count, workers,
      "Workers parked when nothing is happening", [profile](auto& c) -> auto& {
        return profile(c).targetIdle;
      }));
  all.push_back(numberSetting(
      prefix + ".max_idle", count, workers,
      "Workers parked at most when much is; 0: four times target_idle",
      [profile](auto& c) -> auto& { return profile(c).maxIdle; }));
  all.push_back(numberSetting(
      prefix + ".max_workers", count, {1, 100'000},
      "Parked, starting and running workers together", [profile](auto& c) -> auto& {
        return profile(c).maxWorkers;
      }));
}

// By index: the vector may have moved by the time a field is stored.
void addProfile(std::vector<Setting>& all, const std::string& name, size_t index) {
  const std::string prefix = "profiles." + name;
  all.push_back(textSetting(
      prefix + ".language", TextRule::notEmpty,
      "Runtime of this profile", [index](auto& c) -> auto& { return c.profiles[index].language; }));
  all.push_back(listSetting(
      prefix + ".preload", TextRule::moduleName,
      "What to load before any job; unset: the runtime manifest's list", [index](auto& c) -> auto& {
        return c.profiles[index].preload;
      }));
  all.push_back(listSetting(
      prefix + ".env", TextRule::assignment,
      "NAME=VALUE for the interpreter and all its jobs", [index](auto& c) -> auto& {
        return c.profiles[index].environment;
      }));
  all.push_back(textSetting(
      prefix + ".warm_up", TextRule::absolutePathOrEmpty,
      "Script to run once before any job, which can then import it as warmup",
      [index](auto& c) -> auto& { return c.profiles[index].warmUp; }));
  all.push_back(numberSetting(
      prefix + ".zygotes", count, {1, ProfileConfig::kMostZygotes},
      "Interpreters that fork workers, each on a CPU of its own when there is much to do",
      [index](auto& c) -> auto& { return c.profiles[index].zygotes; }));
  all.push_back(numberSetting(
      prefix + ".zygote_max_forks", count, {0, ProfileConfig::kMostZygoteForks},
      "Forks after which a new interpreter, of other addresses and hashes, succeeds; 0: no limit",
      [index](auto& c) -> auto& { return c.profiles[index].zygoteMaxForks; }));
  all.push_back(numberSetting(
      prefix + ".zygote_max_age_ms", milliseconds, {0, ProfileConfig::kMostZygoteAgeMs},
      "The same by age; 0: no limit", [index](auto& c) -> auto& {
        return c.profiles[index].zygoteMaxAgeMs;
      }));
  addPool(
      all, prefix, "Workers parked before the profile counts as ready", [index](auto& c) -> auto& {
        return c.profiles[index];
      });
}

std::string replaced(std::string text, std::string_view from, char to) {
  for (char& c : text) {
    if (from.find(c) != std::string_view::npos) c = to;
  }
  return text;
}

std::string rangeOfText(TextRule rule) {
  switch (rule) {
    case TextRule::any:
      return "any text";
    case TextRule::notEmpty:
      return "a text that is not empty";
    case TextRule::absolutePath:
      return "an absolute path";
    case TextRule::absolutePathOrEmpty:
      return "an absolute path or nothing";
    case TextRule::relativePath:
      return "names separated by '/'";
    case TextRule::moduleName:
      return "names of modules";
    case TextRule::assignment:
      return "NAME=VALUE";
  }
  return "";
}

std::string alternatives(const std::vector<std::string>& choices) {
  std::string result;
  for (size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) result += i + 1 == choices.size() ? " or " : ", ";
    result += choices[i];
  }
  return result;
}

}  // namespace

std::string Setting::flag() const { return "--" + replaced(key, "._", '-'); }

std::string Setting::environment() const {
  std::string name = replaced(key, ".-", '_');
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return "BROOD_" + name;
}

std::string Setting::range() const {
  switch (kind) {
    case count:
      return std::to_string(minimum) + ".." + std::to_string(maximum);
    case bytes:
      return std::to_string(minimum) + ".." + std::to_string(maximum) + " bytes";
    case milliseconds:
      return std::to_string(minimum) + ".." + std::to_string(maximum) + " ms";
    case choice:
      return alternatives(choices);
    case text:
      return rangeOfText(textRule);
    case list:
      return "a list, each " + rangeOfText(textRule);
  }
  return "";
}

std::vector<Setting> settingsFor(const Config& config) {
  std::vector<Setting> all;
  addFrontSettings(all);
  addSupervisor(all);
  addSandbox(all);
  addFiles(all);
  addResults(all);
  addSessionSettings(all);
  addEgressSettings(config, all);
  for (const auto& limit : kJobLimits) {
    addLimit(all, "limits", limit, "job", BROOD_FIELD(limits));
    addLimit(all, "compile_limits", limit, "compiler", BROOD_FIELD(compile.limits));
  }
  addCompile(all);
  for (size_t i = 0; i < kLayerCount; ++i) addLayer(all, static_cast<Layer>(i));
  for (const auto& technique : kTechniques) addTechnique(all, technique);
  addPool(all, "executed", "Workers for languages without a zygote, parked before all is ready",
          BROOD_FIELD(executed));
  for (size_t i = 0; i < config.profiles.size(); ++i) addProfile(all, config.profiles[i].name, i);
  return all;
}

}  // namespace brood
