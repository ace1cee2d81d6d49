#include "supervisor/job_request.h"

#include <cstring>

namespace brood {
namespace {

RejectionInfo invalid(const char* code, std::string message, std::string field) {
  return RejectionInfo{rpc::RejectionKind::INVALID, code, std::move(message), std::move(field), 0};
}

// Fills in the defaults and checks what was asked for.
kj::Maybe<RejectionInfo> applyLimits(const LimitsConfig& config, JobLimits& limits) {
  for (auto& limit : kJobLimits) {
    uint64_t& value = limits.*limit.value;
    const LimitRange& range = config.*limit.range;
    if (value == 0) {
      value = range.defaultValue;
    } else if (value < limit.minimum || value > range.maximum) {
      const std::string field = std::string("limits.") + limit.name;
      return invalid("invalid_limit",
                     field + " must be " + allowedRange(limit, config) + ", got " +
                         std::to_string(value),
                     field);
    }
  }
  return nullptr;
}

// The program is a file in /workspace, which the job's own limits govern.
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
  request.limits = readLimits(job.getLimits());
  KJ_IF_MAYBE(rejection, applyLimits(limits, request.limits)) return kj::mv(*rejection);
  KJ_IF_MAYBE(rejection, checkProgramFits(job.getCode().size(), request.limits)) {
    return kj::mv(*rejection);
  }
  KJ_IF_MAYBE(rejection, checkStrings(job)) return kj::mv(*rejection);
  return kj::mv(request);
}

}  // namespace brood
