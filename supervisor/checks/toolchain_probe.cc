#include "supervisor/checks/toolchain_probe.h"

#include <kj/debug.h>
#include <spdlog/spdlog.h>

#include "base/plain_text.h"
#include "base/text.h"
#include "supervisor/jobs/job_request.h"

namespace brood::supervisor {
namespace {

constexpr uint64_t kVersionTimeMs = 20'000;
// Those of a start share the CPUs with the warm-up of zygotes, which takes longer.
constexpr size_t kAtOnce = 2;

std::string firstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

Toolchain describe(const RuntimeManifest& manifest, const ActiveJob& job) {
  const std::string what = manifest.versionCommand.front();
  KJ_IF_MAYBE (run, job.run) {
    const std::string said = textOf((*run)->stdoutCollector().collected()) +
                             textOf((*run)->stderrCollector().collected());
    if (job.verdict.status == rpc::JobStatus::OK) return {versionIn(said), ""};
    const std::string why = said.empty() ? job.verdict.message : firstLine(said);
    return {"", why.empty() ? what + " failed" : why};
  }
  return {"", what + ": " + job.verdict.message};
}

}  // namespace

ToolchainProbe::ToolchainProbe(OwnJobs& jobs, Profiles& profiles, const LimitsConfig& limits,
                               Toolchains& toolchains)
    : jobs_(jobs), profiles_(profiles), limits_(limits), toolchains_(toolchains) {}

kj::Promise<void> ToolchainProbe::run() {
  auto lanes = kj::heapArrayBuilder<kj::Promise<void>>(kAtOnce);
  for (size_t lane = 0; lane < kAtOnce; ++lane) lanes.add(askFrom(lane));
  return kj::joinPromises(lanes.finish());
}

kj::Promise<void> ToolchainProbe::askFrom(size_t next) {
  const auto& manifests = profiles_.manifests();
  if (next >= manifests.size()) return kj::READY_NOW;
  return ask(manifests[next]).then([this, next]() { return askFrom(next + kAtOnce); });
}

kj::Promise<void> ToolchainProbe::ask(const RuntimeManifest& manifest) {
  const bool zygoteTells = profiles_.haveAnyOf(manifest) && !manifest.parks();
  if (manifest.versionCommand.empty() || zygoteTells) return kj::READY_NOW;
  AdmittedJob job;
  job.program.command = manifest.filledIn(manifest.versionCommand);
  job.program.environment = manifest.environment;
  job.limits = effectiveLimits({}, manifest.limits, limits_);
  job.limits.wallTimeMs = kVersionTimeMs;
  return jobs_.runOwn(kj::mv(job))
      .then(
          [this, &manifest](JobReply reply) {
            KJ_IF_MAYBE (rejection, reply.tryGet<RejectionInfo>()) {
              return toolchains_.note(manifest, {"", rejection->message});
            }
            toolchains_.note(manifest, describe(manifest, *reply.get<FinishedJob>()));
          },
          [this, &manifest](kj::Exception&& exception) {
            toolchains_.note(manifest, {"", plainText(exception)});
          })
      .then([this, &manifest]() {
        auto& toolchain = toolchains_.of(manifest);
        if (toolchain.whyUnavailable.empty()) {
          spdlog::debug("language {}: version {}", manifest.name, toolchain.version);
        } else {
          spdlog::info("language {}: not available: {}", manifest.name, toolchain.whyUnavailable);
          profiles_.giveUp(manifest);
        }
      });
}

}  // namespace brood::supervisor
