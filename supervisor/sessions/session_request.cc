#include "supervisor/sessions/session_request.h"

#include <kj/debug.h>

#include <algorithm>
#include <cstring>

#include "supervisor/cells/cell_message.h"

namespace brood::supervisor {
namespace {

constexpr size_t kMostLabels = 64;
constexpr size_t kMostLabelBytes = 1'024;

// Names those that have them.
RejectionInfo noSessions(const RuntimeManifest& language, const Profiles& profiles) {
  std::string those;
  for (const auto& each : profiles.manifests()) {
    if (each.session) those += (those.empty() ? "" : ", ") + each.name;
  }
  return invalid("no_sessions",
                 "language '" + language.name +
                     "' has no contexts; these have: " + (those.empty() ? "none" : those),
                 "language");
}

kj::OneOf<AdmittedJob, RejectionInfo> admit(rpc::Job::Builder job, const std::string& folder,
                                            const SessionRules& rules) {
  const auto* language = rules.profiles.findLanguage(job.getLanguage().cStr());
  if (language != nullptr && !language->session) return noSessions(*language, rules.profiles);
  if (language != nullptr && job.getProfile().size() == 0 &&
      rules.profiles.findProfile(*language, kSessionProfile) != nullptr) {
    job.setProfile(kSessionProfile);
  }
  auto admitted =
      admitJob(job.asReader(), rules.profiles, rules.toolchains, rules.egress, rules.config);
  if (!admitted.is<AdmittedJob>()) return kj::mv(admitted.get<RejectionInfo>());
  auto context = kj::mv(admitted.get<AdmittedJob>());
  // Such a language is served by workers of its zygote, which no profile keeps here.
  if (context.profile == nullptr && context.language->session->command.empty()) {
    return invalid("no_sessions",
                   "language '" + context.language->name +
                       "' has contexts only where a profile of it is configured",
                   "language");
  }
  context.program.content = nullptr;
  context.stdin = nullptr;
  context.program.fileName.clear();
  context.program.command = context.language->filledIn(context.language->session->command);
  context.stay = Stay{.service = wire::Service::CELLS, .folder = folder};
  return kj::mv(context);
}

}  // namespace

bool hasNul(kj::ArrayPtr<const kj::byte> bytes) {
  return bytes.size() > 0 && std::memchr(bytes.begin(), 0, bytes.size()) != nullptr;
}

kj::OneOf<uint64_t, RejectionInfo> checkLife(uint64_t askedMs, const LimitRange& range,
                                             const char* field) {
  constexpr uint64_t kLeastMs = 1'000;
  if (askedMs == 0) return range.defaultValue;
  if (askedMs >= kLeastMs && askedMs <= range.maximum) return askedMs;
  return invalid("invalid_limit",
                 std::string(field) + " must be " + std::to_string(kLeastMs) + ".." +
                     std::to_string(range.maximum) + ", got " + std::to_string(askedMs),
                 field);
}

kj::Maybe<RejectionInfo> checkTimeout(uint64_t askedMs, const Config& config) {
  const uint64_t most = config.limits.wallTimeMs.maximum;
  if (askedMs <= most) return nullptr;
  return invalid(
      "invalid_limit",
      "timeout_ms must be 1.." + std::to_string(most) + ", got " + std::to_string(askedMs),
      "timeout_ms");
}

kj::OneOf<Metadata, RejectionInfo> checkMetadata(capnp::List<rpc::Label>::Reader labels) {
  if (labels.size() > kMostLabels) {
    return invalid("invalid_value",
                   "metadata must have at most " + std::to_string(kMostLabels) + " entries, got " +
                       std::to_string(labels.size()),
                   "metadata");
  }
  Metadata metadata;
  for (auto label : labels) {
    const std::string name = label.getName().cStr(), value = label.getValue().cStr();
    if (name.empty() || name.size() > kMostLabelBytes || value.size() > kMostLabelBytes) {
      return invalid("invalid_value",
                     "metadata names must have 1.." + std::to_string(kMostLabelBytes) +
                         " bytes, and values at most as many",
                     "metadata");
    }
    metadata.emplace_back(name, value);
  }
  return kj::mv(metadata);
}

kj::OneOf<SessionPlan, RejectionInfo> admitSession(rpc::SessionSpec::Reader spec,
                                                   const SessionRules& rules) {
  SessionPlan plan;
  auto ttl = checkLife(spec.getTtlMs(), rules.config.sessions.ttlMs, "ttl_ms");
  KJ_IF_MAYBE (rejection, ttl.tryGet<RejectionInfo>()) return kj::mv(*rejection);
  plan.ttlMs = ttl.get<uint64_t>();
  auto idle =
      checkLife(spec.getIdleTimeoutMs(), rules.config.sessions.idleTimeoutMs, "idle_timeout_ms");
  KJ_IF_MAYBE (rejection, idle.tryGet<RejectionInfo>()) return kj::mv(*rejection);
  plan.idleTimeoutMs = idle.get<uint64_t>();
  auto metadata = checkMetadata(spec.getMetadata());
  KJ_IF_MAYBE (rejection, metadata.tryGet<RejectionInfo>()) return kj::mv(*rejection);
  plan.metadata = std::move(metadata.get<Metadata>());
  plan.tenant = spec.getTenant().cStr();
  plan.tenantSessions = spec.getTenantSessions();

  plan.job = kj::heap<capnp::MallocMessageBuilder>();
  auto job = plan.job->initRoot<rpc::Job>();
  job.setLanguage(spec.getLanguage());
  job.setProfile(spec.getProfile());
  job.setEnv(spec.getEnv());
  job.setLimits(spec.getLimits());
  job.setNetwork(spec.getNetwork());
  job.setRich(true);
  job.setFiles(spec.getFiles());
  auto opening = admit(job, "", rules);
  KJ_IF_MAYBE (rejection, opening.tryGet<RejectionInfo>()) return kj::mv(*rejection);
  plan.opening = kj::mv(opening.get<AdmittedJob>());
  job.setLanguage(plan.opening.language->name);
  return kj::mv(plan);
}

void SessionPlan::dropFiles() {
  opening.releaseInput();
  auto kept = kj::heap<capnp::MallocMessageBuilder>();
  auto before = jobToBe();
  before.initFiles(0);
  kept->setRoot(before.asReader());
  job = kj::mv(kept);
}

kj::OneOf<AdmittedJob, RejectionInfo> admitContext(const SessionPlan& plan,
                                                   const std::string& language,
                                                   const std::string& folder,
                                                   const SessionRules& rules) {
  capnp::MallocMessageBuilder message;
  message.setRoot(plan.jobToBe().asReader());
  auto job = message.getRoot<rpc::Job>();
  if (!language.empty() && rules.profiles.findLanguage(language) !=
                               rules.profiles.findLanguage(job.getLanguage().cStr())) {
    job.setLanguage(language);
    job.setProfile("");
  }
  job.initFiles(0);
  return admit(job, folder, rules);
}

kj::OneOf<CellOrder, RejectionInfo> admitCell(rpc::Cell::Reader cell, const JobLimits& limits,
                                              const Config& config) {
  KJ_IF_MAYBE (rejection, checkTimeout(cell.getTimeoutMs(), config)) return kj::mv(*rejection);
  KJ_IF_MAYBE (rejection, checkEnvironment(cell.getEnv())) return kj::mv(*rejection);
  if (hasNul(cell.getCode())) {
    return invalid("invalid_value", "code must not contain NUL characters", "code");
  }
  CellOrder order;
  order.limits = limits;
  if (cell.getTimeoutMs() != 0) order.limits.wallTimeMs = cell.getTimeoutMs();
  order.isRich = cell.getRich();
  order.isDetached = cell.getDetach();
  order.results = resultsOfCell(config.results, order.isRich);
  CellText text{cell.getCode(), cell.getStdin(), {}};
  for (auto variable : cell.getEnv()) {
    text.environment.emplace_back(variable.getName().cStr(), variable.getValue().cStr());
  }
  order.message = encodeCell(text, order.results);
  return kj::mv(order);
}

}  // namespace brood::supervisor
