#include "supervisor/jobs/job_request.h"

#include <algorithm>
#include <cstring>

namespace brood::supervisor {
namespace {

kj::Maybe<RejectionInfo> checkLimits(const LimitsConfig& config, const JobLimits& asked) {
  for (auto& limit : kJobLimits) {
    const uint64_t value = asked.*limit.value;
    const LimitRange& range = config.*limit.range;
    if (value != 0 && (value < limit.minimum || value > range.maximum)) {
      const std::string field = std::string("limits.") + limit.name;
      return invalid(
          "invalid_limit",
          field + " must be " + allowedRange(limit, config) + ", got " + std::to_string(value),
          field);
    }
  }
  return nullptr;
}

bool hasNul(capnp::Text::Reader text) {
  return std::memchr(text.begin(), 0, text.size()) != nullptr;
}

// execve and setenv would cut such a string short: the job would see other input than was sent.
kj::Maybe<RejectionInfo> checkStrings(rpc::Job::Reader request) {
  auto args = request.getArgs();
  for (unsigned i = 0; i < args.size(); ++i) {
    if (hasNul(args[i])) {
      return invalid("invalid_value", "args must not contain NUL characters",
                     "args[" + std::to_string(i) + "]");
    }
  }
  return checkEnvironment(request.getEnv());
}

// The strings have been checked before.
void takeStrings(rpc::Job::Reader request, AdmittedJob& job) {
  for (auto argument : request.getArgs()) {
    job.arguments.emplace_back(argument.begin(), argument.size());
  }
  for (auto variable : request.getEnv()) {
    job.program.environment.emplace_back(variable.getName().cStr(), variable.getValue().cStr());
  }
}

kj::Maybe<RejectionInfo> takeFiles(rpc::Job::Reader request, const FilesConfig& config,
                                   AdmittedJob& job) {
  const size_t programBytes = job.program.content.size();
  if (job.language->isCompiled()) {
    // The compiler's sandbox has them beside the source, that of the job beside the program.
    auto besideSource = checkInputFiles(
        request.getFiles(), Workspace{job.sourceName, programBytes, job.limits}, config);
    KJ_IF_MAYBE (rejection, besideSource.tryGet<RejectionInfo>()) return kj::mv(*rejection);
  }
  auto files = checkInputFiles(request.getFiles(),
                               Workspace{job.program.fileName, programBytes, job.limits}, config);
  KJ_IF_MAYBE (rejection, files.tryGet<RejectionInfo>()) return kj::mv(*rejection);
  job.files = kj::mv(files.get<std::vector<InputFile>>());
  auto patterns = checkPatterns(request.getCollect(), config);
  KJ_IF_MAYBE (rejection, patterns.tryGet<RejectionInfo>()) return kj::mv(*rejection);
  job.collect = kj::mv(patterns.get<GlobSet>());
  return nullptr;
}

// Finds the language and the profile that the request names.
kj::Maybe<RejectionInfo> resolveNames(rpc::Job::Reader request, Profiles& profiles,
                                      const Toolchains& toolchains, AdmittedJob& job) {
  const std::string language = request.getLanguage().cStr();
  job.language = profiles.findLanguage(language);
  if (job.language == nullptr) {
    std::string known;
    for (auto& each : profiles.manifests()) known += (known.empty() ? "" : ", ") + each.name;
    return invalid("unknown_language", "language '" + language + "' is not one of: " + known,
                   "language");
  }
  const std::string& missing = toolchains.of(*job.language).whyUnavailable;
  if (!missing.empty()) {
    return invalid("language_unavailable",
                   "language '" + job.language->name + "' is not available: " + missing,
                   "language");
  }
  const std::string profile = request.getProfile().cStr();
  job.profile = profile.empty() ? profiles.defaultProfile(*job.language)
                                : profiles.findProfile(*job.language, profile);
  if (job.profile == nullptr && !profile.empty()) {
    return invalid(
        "unknown_profile",
        "profile '" + profile + "' does not exist for language '" + job.language->name + "'",
        "profile");
  }
  return nullptr;
}

kj::Maybe<RejectionInfo> takeNetwork(rpc::Job::Reader request, const EgressAccess& egress,
                                     AdmittedJob& job) {
  auto decision = egress.admit(request.getNetwork());
  KJ_IF_MAYBE (rejection, decision.tryGet<RejectionInfo>()) return kj::mv(*rejection);
  job.network = kj::mv(decision.get<std::optional<JobNetwork>>());
  return nullptr;
}

void choosePool(Profiles& profiles, AdmittedJob& job) {
  PoolPair& pools = job.profile != nullptr ? *job.profile->pools : profiles.executed();
  job.pool = &pools.of(job.network.has_value());
  job.plainPool = &pools.of(false);
}

void addNetworkEnvironment(AdmittedJob& job) {
  auto& environment = job.program.environment;
  const auto add = [&](const auto& more) {
    environment.insert(environment.end(), more.begin(), more.end());
  };
  add(networkVariables());
  add(job.language->networkEnvironment);
}

}  // namespace

kj::Maybe<RejectionInfo> checkEnvironment(capnp::List<rpc::EnvVar>::Reader environment) {
  for (auto variable : environment) {
    auto name = variable.getName();
    if (name.size() == 0 || hasNul(name) || std::memchr(name.begin(), '=', name.size())) {
      return invalid("invalid_value", "env names must not be empty and must not contain '=' or NUL",
                     "env");
    }
    if (hasNul(variable.getValue())) {
      return invalid("invalid_value", "env values must not contain NUL characters",
                     std::string("env.") + name.cStr());
    }
  }
  return nullptr;
}

kj::Maybe<RejectionInfo> checkProgramFits(size_t programBytes, const JobLimits& limits) {
  for (auto kind : {LimitKind::file, LimitKind::workspaceBytes}) {
    auto& limit = limitInfo(kind);
    if (programBytes <= limits.*limit.value) continue;
    const std::string field = std::string("limits.") + limit.name;
    return invalid("invalid_limit",
                   field + " must hold the program's " + std::to_string(programBytes) +
                       " bytes, got " + std::to_string(limits.*limit.value),
                   field);
  }
  return nullptr;
}

JobLimits effectiveLimits(const JobLimits& asked, const JobLimits& ofLanguage,
                          const LimitsConfig& config) {
  JobLimits limits = asked;
  for (auto& limit : kJobLimits) {
    uint64_t& value = limits.*limit.value;
    const LimitRange& range = config.*limit.range;
    if (value == 0) value = std::min(ofLanguage.*limit.value, range.maximum);
    if (value == 0) value = range.defaultValue;
  }
  return limits;
}

kj::OneOf<AdmittedJob, RejectionInfo> admitJob(rpc::Job::Reader request, Profiles& profiles,
                                               const Toolchains& toolchains,
                                               const EgressAccess& egress, const Config& config) {
  AdmittedJob job;
  if (request.getTrace()) {
    if (!config.supervisor.allowsTrace()) {
      return invalid("trace_off", "jobs are not traced here: supervisor.job_trace is off", "trace");
    }
    job.trace = std::make_unique<JobTrace>();
  }
  KJ_IF_MAYBE (rejection, resolveNames(request, profiles, toolchains, job)) {
    return kj::mv(*rejection);
  }
  KJ_IF_MAYBE (rejection, takeNetwork(request, egress, job)) return kj::mv(*rejection);
  choosePool(profiles, job);
  const RuntimeManifest& language = *job.language;
  const JobLimits asked = readLimits(request.getLimits());
  KJ_IF_MAYBE (rejection, checkLimits(config.limits, asked)) return kj::mv(*rejection);
  job.limits = effectiveLimits(asked, language.limits, config.limits);
  const auto code = request.getCode();
  if (!language.isCompiled()) {
    KJ_IF_MAYBE (rejection, checkProgramFits(code.size(), job.limits)) return kj::mv(*rejection);
  }
  KJ_IF_MAYBE (rejection, checkStrings(request)) return kj::mv(*rejection);
  job.sourceName =
      language.sourceNameFor({request.getFileName().begin(), request.getFileName().size()});
  job.program = {code, language.programFile(job.sourceName),
                 language.filledIn(language.runCommand, job.sourceName), language.environment};
  KJ_IF_MAYBE (rejection, takeFiles(request, config.files, job)) return kj::mv(*rejection);
  if (job.profile != nullptr) job.profile->addEnvironment(job.program.environment);
  if (job.network) addNetworkEnvironment(job);
  takeStrings(request, job);
  job.stdin = request.getStdin();
  job.startPolicy = request.getStartPolicy();
  job.wantsResults = request.getRich();
  job.mergesOutput = request.getMergeOutput();
  return kj::mv(job);
}

}  // namespace brood::supervisor
