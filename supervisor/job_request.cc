#include "supervisor/job_request.h"

#include <algorithm>
#include <cstring>

namespace brood {
namespace {

kj::Maybe<RejectionInfo> checkLimits(const LimitsConfig& config, const JobLimits& asked) {
  for (auto& limit : kJobLimits) {
    const uint64_t value = asked.*limit.value;
    const LimitRange& range = config.*limit.range;
    if (value != 0 && (value < limit.minimum || value > range.maximum)) {
      const std::string field = std::string("limits.") + limit.name;
      return invalid("invalid_limit",
                     field + " must be " + allowedRange(limit, config) + ", got " +
                         std::to_string(value),
                     field);
    }
  }
  return nullptr;
}

bool hasNul(capnp::Text::Reader text) { return std::memchr(text.begin(), 0, text.size()) != nullptr; }

// execve and setenv would cut such a string short: the job would see other input than was sent.
kj::Maybe<RejectionInfo> checkStrings(rpc::Job::Reader job) {
  auto args = job.getArgs();
  for (unsigned i = 0; i < args.size(); ++i) {
    if (hasNul(args[i])) {
      return invalid("invalid_value", "args must not contain NUL characters",
                     "args[" + std::to_string(i) + "]");
    }
  }
  for (auto variable : job.getEnv()) {
    auto name = variable.getName();
    if (name.size() == 0 || hasNul(name) || std::memchr(name.begin(), '=', name.size())) {
      return invalid("invalid_value",
                     "env names must not be empty and must not contain '=' or NUL", "env");
    }
    if (hasNul(variable.getValue())) {
      return invalid("invalid_value", "env values must not contain NUL characters",
                     std::string("env.") + name.cStr());
    }
  }
  return nullptr;
}

kj::Maybe<RejectionInfo> takeFiles(const FilesConfig& config, JobRequest& request) {
  const RuntimeManifest& language = *request.language;
  if (language.isCompiled()) {
    // The compiler's sandbox has them beside the source, that of the job beside the program.
    auto besideSource = checkInputFiles(
        request.job.getFiles(),
        Workspace{language.sourceFile, request.program.content.size(), request.limits}, config);
    KJ_IF_MAYBE(rejection, besideSource.tryGet<RejectionInfo>()) return kj::mv(*rejection);
  }
  const Workspace workspace{request.program.fileName, request.program.content.size(),
                            request.limits};
  auto files = checkInputFiles(request.job.getFiles(), workspace, config);
  KJ_IF_MAYBE(rejection, files.tryGet<RejectionInfo>()) return kj::mv(*rejection);
  request.files = kj::mv(files.get<std::vector<InputFile>>());
  auto patterns = checkPatterns(request.job.getCollect(), config);
  KJ_IF_MAYBE(rejection, patterns.tryGet<RejectionInfo>()) return kj::mv(*rejection);
  request.collect = kj::mv(patterns.get<GlobSet>());
  return nullptr;
}

}  // namespace

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

kj::OneOf<JobRequest, RejectionInfo> admitJob(rpc::Job::Reader job, Profiles& profiles,
                                              const Toolchains& toolchains,
                                              const Config& config) {
  JobRequest request;
  request.job = job;
  if (job.getTrace()) {
    if (!config.supervisor.allowsTrace()) {
      return invalid("trace_off", "jobs are not traced here: supervisor.job_trace is off", "trace");
    }
    request.trace = std::make_unique<JobTrace>();
  }
  const std::string language = job.getLanguage().cStr();
  request.language = profiles.findLanguage(language);
  if (request.language == nullptr) {
    std::string known;
    for (auto& manifest : profiles.manifests()) known += (known.empty() ? "" : ", ") + manifest.name;
    return invalid("unknown_language", "language '" + language + "' is not one of: " + known,
                   "language");
  }
  const std::string& missing = toolchains.of(*request.language).whyUnavailable;
  if (!missing.empty()) {
    return invalid("language_unavailable",
                   "language '" + request.language->name + "' is not available: " + missing,
                   "language");
  }
  const std::string profile = job.getProfile().cStr();
  request.profile = profile.empty() ? profiles.defaultProfile(*request.language)
                                    : profiles.findProfile(*request.language, profile);
  if (request.profile == nullptr && !profile.empty()) {
    return invalid("unknown_profile",
                   "profile '" + profile + "' does not exist for language '" +
                       request.language->name + "'",
                   "profile");
  }
  if (request.profile != nullptr) request.pool = request.profile->pool.get();
  const JobLimits asked = readLimits(job.getLimits());
  KJ_IF_MAYBE(rejection, checkLimits(config.limits, asked)) return kj::mv(*rejection);
  request.limits = effectiveLimits(asked, request.language->limits, config.limits);
  if (!request.language->isCompiled()) {
    KJ_IF_MAYBE(rejection, checkProgramFits(job.getCode().size(), request.limits)) {
      return kj::mv(*rejection);
    }
  }
  KJ_IF_MAYBE(rejection, checkStrings(job)) return kj::mv(*rejection);
  request.program = {job.getCode(), request.language->programFile(),
                     request.language->filledIn(request.language->runCommand),
                     request.language->environment};
  KJ_IF_MAYBE(rejection, takeFiles(config.files, request)) return kj::mv(*rejection);
  if (request.profile != nullptr) request.profile->addEnvironment(request.program.environment);
  return kj::mv(request);
}

}  // namespace brood
