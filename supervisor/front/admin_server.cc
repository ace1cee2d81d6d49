#include "supervisor/front/admin_server.h"

#include <spdlog/spdlog.h>

#include "base/plain_text.h"
#include "supervisor/front/reply_writer.h"
#include "supervisor/jobs/job_request.h"

namespace brood::supervisor {
namespace {

constexpr size_t kMaxNameBytes = 64;
constexpr uint32_t kMostWorkers = 100'000;

// As in a configuration file, where names become parts of flags.
bool isName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos;
}

kj::Maybe<RejectionInfo> checkSizes(rpc::ProfileSpec::Reader spec) {
  const struct {
    const char* field;
    uint32_t value, minimum, maximum;
  } sizes[] = {
      {"max_workers", spec.getMaxWorkers(), 1, kMostWorkers},
      {"target_idle", spec.getTargetIdle(), 0, spec.getMaxWorkers()},
      {"min_idle", spec.getMinIdle(), 0, spec.getTargetIdle()},
      {"max_idle", spec.getMaxIdle(), spec.getMaxIdle() == 0 ? 0 : spec.getTargetIdle(),
       spec.getMaxWorkers()},
      {"zygotes", spec.getZygotes(), 1, ProfileConfig::kMostZygotes},
      {"zygote_max_forks", spec.getZygoteMaxForks(), 0, ProfileConfig::kMostZygoteForks},
      {"zygote_max_age_ms", spec.getZygoteMaxAgeMs(), 0, ProfileConfig::kMostZygoteAgeMs},
  };
  for (const auto& size : sizes) {
    if (size.value >= size.minimum && size.value <= size.maximum) continue;
    return invalid("invalid_profile",
                   std::string(size.field) + " must be " + std::to_string(size.minimum) + ".." +
                       std::to_string(size.maximum) + ", got " + std::to_string(size.value),
                   size.field);
  }
  return nullptr;
}

kj::Maybe<RejectionInfo> checkSpec(rpc::ProfileSpec::Reader spec, const Profiles& profiles) {
  const std::string language = spec.getLanguage().cStr(), name = spec.getName().cStr();
  const auto* manifest = profiles.findLanguage(language);
  if (manifest == nullptr) {
    return invalid("unknown_language", "there is no language '" + language + "'", "language");
  }
  if (manifest->zygote.empty()) {
    return invalid("invalid_profile",
                   "language '" + manifest->name + "' is executed and has no profiles", "language");
  }
  const bool preloads = !spec.getUsesDefaultPreload() && spec.getPreload().size() > 0;
  KJ_IF_MAYBE (useless, findUselessKey(*manifest, preloads, spec.getWarmUpScript().size() > 0)) {
    return invalid("invalid_profile", useless->key + ": " + useless->reason, useless->key);
  }
  if (!isName(name)) {
    return invalid("invalid_profile",
                   "name must be 1.." + std::to_string(kMaxNameBytes) +
                       " of a-z, 0-9 and '-', got '" + name + "'",
                   "name");
  }
  if (profiles.findProfile(*manifest, name) != nullptr) {
    return invalid("profile_exists",
                   "language '" + manifest->name + "' has a profile '" + name + "' already",
                   "name");
  }
  for (auto variable : spec.getEnvironment()) {
    const std::string_view text(variable.cStr(), variable.size());
    if (text.find('=') == text.npos || text.starts_with('=')) {
      return invalid("invalid_profile", "env must be NAME=VALUE, got '" + std::string(text) + "'",
                     "env");
    }
  }
  return checkSizes(spec);
}

ProfileConfig toConfig(rpc::ProfileSpec::Reader spec, const RuntimeManifest& manifest) {
  ProfileConfig config;
  config.name = spec.getName().cStr();
  config.language = manifest.name;
  if (!spec.getUsesDefaultPreload()) {
    config.preload.emplace();
    for (auto module : spec.getPreload()) config.preload->emplace_back(module.cStr());
  }
  for (auto variable : spec.getEnvironment()) config.environment.emplace_back(variable.cStr());
  config.minIdle = spec.getMinIdle();
  config.targetIdle = spec.getTargetIdle();
  config.maxIdle = spec.getMaxIdle();
  config.maxWorkers = spec.getMaxWorkers();
  config.zygotes = spec.getZygotes();
  config.zygoteMaxForks = spec.getZygoteMaxForks();
  config.zygoteMaxAgeMs = spec.getZygoteMaxAgeMs();
  return config;
}

}  // namespace

kj::Promise<void> AdminServer::addProfile(AddProfileContext context) {
  auto spec = context.getParams().getSpec();
  KJ_IF_MAYBE (rejection, checkSpec(spec, profiles_)) {
    writeRejection(*rejection, context.getResults().initOutcome().initRejected());
    return kj::READY_NOW;
  }
  const auto& manifest = *profiles_.findLanguage(spec.getLanguage().cStr());
  auto script = spec.getWarmUpScript();
  spdlog::info("profile {}/{}: added", manifest.name, spec.getName().cStr());
  return profiles_
      .add(toConfig(spec, manifest),
           std::string(reinterpret_cast<const char*>(script.begin()), script.size()))
      .then([context]() mutable { context.getResults().initOutcome().setDone(); },
            [context](kj::Exception&& why) mutable {
              writeRejection(invalid("profile_failed", plainText(why), ""),
                             context.getResults().initOutcome().initRejected());
            });
}

kj::Promise<void> AdminServer::removeProfile(RemoveProfileContext context) {
  auto params = context.getParams();
  const std::string language = params.getLanguage().cStr(), name = params.getName().cStr();
  const auto* manifest = profiles_.findLanguage(language);
  auto profile = manifest == nullptr ? nullptr : profiles_.findProfile(*manifest, name);
  if (profile == nullptr) {
    writeRejection(
        invalid("unknown_profile",
                "there is no profile '" + name + "' for language '" + language + "'", "name"),
        context.getResults().initOutcome().initRejected());
    return kj::READY_NOW;
  }
  spdlog::info("profile {}/{}: removed", manifest->name, name);
  return profiles_.remove(kj::mv(profile)).then([context]() mutable {
    context.getResults().initOutcome().setDone();
  });
}

kj::Promise<void> AdminServer::reloadEgress(ReloadEgressContext context) {
  auto reject = [context](const std::string& why) mutable {
    writeRejection(invalid("invalid_egress", why, "egress"),
                   context.getResults().initOutcome().initRejected());
  };
  if (egress_.broker == nullptr) {
    reject("jobs have no network here: " + egress_.whyNot);
    return kj::READY_NOW;
  }
  auto read = readEgress_();
  if (const auto* problem = std::get_if<std::string>(&read)) {
    reject(*problem);
    return kj::READY_NOW;
  }
  auto& config = std::get<EgressConfig>(read);
  const auto entries = static_cast<uint32_t>(config.allow.size());
  return egress_.broker->reload(std::move(config))
      .then(
          [context, entries]() mutable {
            auto results = context.getResults();
            results.setEntries(entries);
            results.initOutcome().setDone();
          },
          [reject](kj::Exception&& why) mutable { reject(plainText(why)); });
}

}  // namespace brood::supervisor
