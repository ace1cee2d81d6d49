#include "supervisor/toolchain_probe.h"

#include <kj/debug.h>
#include <spdlog/spdlog.h>

namespace brood {
namespace {

constexpr uint64_t kVersionTimeMs = 20'000;
// Those of a start share the CPUs with the warm-up of zygotes, which takes longer.
constexpr size_t kAtOnce = 2;

std::string textOf(kj::ArrayPtr<const kj::byte> bytes) {
  return {bytes.asChars().begin(), bytes.size()};
}

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

ToolchainProbe::ToolchainProbe(Dispatcher& dispatcher, Profiles& profiles,
                               const LimitsConfig& limits, Toolchains& toolchains)
    : dispatcher_(dispatcher), profiles_(profiles), limits_(limits), toolchains_(toolchains) {}

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
  JobRequest request;
  request.program.command = manifest.filledIn(manifest.versionCommand);
  request.program.environment = manifest.environment;
  request.limits = effectiveLimits({}, manifest.limits, limits_);
  request.limits.wallTimeMs = kVersionTimeMs;
  return dispatcher_.runOwn(kj::mv(request))
      .then(
          [this, &manifest](JobReply reply) {
            KJ_IF_MAYBE (rejection, reply.tryGet<RejectionInfo>()) {
              return toolchains_.note(manifest, {"", rejection->message});
            }
            auto& job = reply.get<kj::Own<ActiveJob>>();
            toolchains_.note(manifest, describe(manifest, *job));
            dispatcher_.letGo(kj::mv(job));
          },
          [this, &manifest](kj::Exception&& exception) {
            toolchains_.note(manifest, {"", exception.getDescription().cStr()});
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

}  // namespace brood
