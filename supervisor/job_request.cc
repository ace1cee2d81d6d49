#include "supervisor/job_request.h"

#include <cstring>

namespace brood {
namespace {

RejectionInfo invalid(const char* code, std::string message, std::string field) {
  return RejectionInfo{rpc::RejectionKind::INVALID, code, std::move(message), std::move(field), 0};
}

struct LimitCheck {
  const char* name;
  uint64_t asked;
  const LimitRange& range;
  uint64_t minimum;
  uint64_t JobLimits::*target;
};

// Fills in the default for 0; false when out of range.
bool applyLimit(const LimitCheck& check, JobLimits& limits) {
  limits.*check.target = check.asked == 0 ? check.range.defaultValue : check.asked;
  return check.asked == 0 || (check.asked >= check.minimum && check.asked <= check.range.maximum);
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

}  // namespace

kj::OneOf<JobRequest, RejectionInfo> admitJob(rpc::Job::Reader job, Profiles& profiles,
                                              const LimitsConfig& limits) {
  JobRequest request;
  request.job = job;
  const std::string language = job.getLanguage().cStr();
  request.language = profiles.findLanguage(language);
  if (request.language == nullptr) {
    std::string known;
    for (auto& manifest : profiles.manifests()) known += (known.empty() ? "" : ", ") + manifest.name;
    return invalid("unknown_language", "language '" + language + "' is not one of: " + known,
                   "language");
  }
  const std::string profile = job.getProfile().size() == 0 ? "default" : job.getProfile().cStr();
  request.profile = profiles.findProfile(*request.language, profile);
  const bool executedOnly = request.language->zygote.empty();
  if (request.profile == nullptr && !(executedOnly && job.getProfile().size() == 0)) {
    return invalid("unknown_profile",
                   "profile '" + profile + "' does not exist for language '" +
                       request.language->name + "'",
                   "profile");
  }
  auto asked = job.getLimits();
  const LimitCheck checks[] = {
      {"wall_time_ms", asked.getWallTimeMs(), limits.wallTimeMs, 1, &JobLimits::wallTimeMs},
      {"cpu_time_ms", asked.getCpuTimeMs(), limits.cpuTimeMs, 1, &JobLimits::cpuTimeMs},
      {"memory_bytes", asked.getMemoryBytes(), limits.memoryBytes, kMinMemoryBytes,
       &JobLimits::memoryBytes},
      {"processes", asked.getProcesses(), limits.processes, 1, &JobLimits::processes},
      {"output_bytes", asked.getOutputBytes(), limits.outputBytes, 1, &JobLimits::outputBytes},
      {"file_bytes", asked.getFileBytes(), limits.fileBytes, 1, &JobLimits::fileBytes},
      {"open_files", asked.getOpenFiles(), limits.openFiles, kMinOpenFiles,
       &JobLimits::openFiles},
  };
  for (auto& check : checks) {
    if (applyLimit(check, request.limits)) continue;
    const std::string field = std::string("limits.") + check.name;
    return invalid("invalid_limit",
                   field + " must be " + std::to_string(check.minimum) + ".." +
                       std::to_string(check.range.maximum) + ", got " +
                       std::to_string(check.asked),
                   field);
  }
  KJ_IF_MAYBE(rejection, checkStrings(job)) return kj::mv(*rejection);
  return kj::mv(request);
}

}  // namespace brood
