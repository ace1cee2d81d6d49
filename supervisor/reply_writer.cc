#include "supervisor/reply_writer.h"

#include "supervisor/lists.h"

namespace brood {
namespace {

void writeOutput(const ActiveJob& job, rpc::JobResult::Builder out) {
  KJ_IF_MAYBE(run, job.run) {
    auto& stdoutCollector = (*run)->stdoutCollector();
    auto& stderrCollector = (*run)->stderrCollector();
    out.setStdoutTruncated(stdoutCollector.truncated());
    out.setStderrTruncated(stderrCollector.truncated());
    if (job.sink == nullptr) {
      out.setStdout(stdoutCollector.collected());
      out.setStderr(stderrCollector.collected());
    }
  }
}

void writeLimitHit(const LimitHit& hit, rpc::LimitHit::Builder out) {
  out.setName(limitInfo(hit.kind).name);
  out.setLimit(hit.limit);
  out.setMeasured(hit.measured);
}

void writeProfile(const Profile& profile, rpc::ProfileInfo::Builder out) {
  const ZygoteInfo& zygote = profile.zygote->info();
  out.setName(profile.config.name);
  out.setReady(zygote.ready);
  setTexts(out.initPreloaded(static_cast<unsigned>(zygote.loaded.size())), zygote.loaded);
  setTexts(out.initMissing(static_cast<unsigned>(zygote.missing.size())), zygote.missing);
  out.setIdle(static_cast<uint32_t>(profile.pool->idle()));
  out.setTarget(static_cast<uint32_t>(profile.pool->target()));
  out.setStarting(static_cast<uint32_t>(profile.pool->starting()));
  out.setZygotePid(zygote.pid);
  out.setZygoteRestarts(zygote.restarts);
}

}  // namespace

void writeRejection(const RejectionInfo& rejection, rpc::Rejection::Builder out) {
  out.setKind(rejection.kind);
  out.setCode(rejection.code);
  out.setMessage(rejection.message);
  out.setField(rejection.field);
  out.setRetryAfterMs(rejection.retryAfterMs);
}

void writeResult(const ActiveJob& job, const IsolationReport& isolation,
                 rpc::JobResult::Builder out) {
  out.setId(job.id);
  out.setStatus(job.verdict.status);
  out.setHasExitCode(job.verdict.hasExitCode);
  out.setExitCode(job.verdict.exitCode);
  out.setSignal(job.verdict.signal);
  out.setMessage(job.verdict.message);
  if (job.verdict.limitHit) writeLimitHit(*job.verdict.limitHit, out.initLimitHit());
  out.setDeniedCall(job.verdict.deniedCall);
  writeOutput(job, out);

  out.setCpuMicros(job.facts.usage.cpuMicros);
  out.setWallMicros(job.facts.wallMicros);
  out.setPeakMemoryBytes(job.facts.usage.peakMemoryBytes);
  out.setProcessesPeak(job.facts.usage.peakProcesses);
  out.setProcessesRefused(job.facts.usage.processDenials);

  KJ_IF_MAYBE(lease, job.lease) out.setStart(lease->start);
  out.setQueueMicros(job.timings.queueMicros);
  out.setAcquireMicros(job.timings.acquireMicros);
  out.setRunMicros(job.timings.runMicros);
  out.setTotalMicros(job.timings.totalMicros);

  out.setLanguage(job.request.language->name);
  if (job.request.profile != nullptr) {
    out.setVersion(job.request.profile->zygote->info().version);
  }
  fillIsolation(isolation, out.initIsolation());
}

void writeRuntimes(const Profiles& profiles, capnp::List<rpc::RuntimeInfo>::Builder out) {
  for (unsigned i = 0; i < profiles.manifests().size(); ++i) {
    auto& manifest = profiles.manifests()[i];
    out[i].setLanguage(manifest.name);
    setTexts(out[i].initAliases(static_cast<unsigned>(manifest.aliases.size())),
             manifest.aliases);
    std::vector<const Profile*> own;
    for (auto& profile : profiles.all()) {
      if (&profile->manifest == &manifest) own.push_back(profile.get());
    }
    auto list = out[i].initProfiles(static_cast<unsigned>(own.size()));
    for (unsigned k = 0; k < own.size(); ++k) {
      writeProfile(*own[k], list[k]);
      out[i].setVersion(own[k]->zygote->info().version);
    }
  }
}

}  // namespace brood
