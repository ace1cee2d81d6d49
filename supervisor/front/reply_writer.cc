#include "supervisor/front/reply_writer.h"

#include "base/text.h"
#include "supervisor/base/lists.h"

namespace brood::supervisor {
namespace {

void writeFiles(const FileCollector& collector, rpc::JobResult::Builder out) {
  auto files = out.initFiles(static_cast<unsigned>(collector.files().size()));
  for (unsigned i = 0; i < files.size(); ++i) {
    const auto& file = collector.files()[i];
    files[i].setPath(asText(file.path));
    files[i].setContent({file.content.data(), file.content.size()});
    files[i].setExecutable(file.executable);
  }
  auto skipped = out.initFilesSkipped(static_cast<unsigned>(collector.skipped().size()));
  for (unsigned i = 0; i < skipped.size(); ++i) {
    skipped[i].setPath(asText(collector.skipped()[i].path));
    skipped[i].setReason(collector.skipped()[i].reason);
  }
  out.setFilesSkippedTotal(collector.skippedTotal());
}

void writeOutput(const ActiveJob& job, rpc::JobResult::Builder out) {
  KJ_IF_MAYBE (run, job.run) {
    auto& stdoutCollector = (*run)->stdoutCollector();
    auto& stderrCollector = (*run)->stderrCollector();
    out.setStdoutTruncated(stdoutCollector.truncated());
    out.setStderrTruncated(stderrCollector.truncated());
    if (job.sink == nullptr) {
      out.setStdout(stdoutCollector.collected());
      out.setStderr(stderrCollector.collected());
    }
    writeRichResults((*run)->results(), out);
    out.setResultsTruncated((*run)->resultsTruncated());
    if (auto* collector = (*run)->fileCollector()) writeFiles(*collector, out);
  }
}

void writeLimitHit(const LimitHit& hit, rpc::LimitHit::Builder out) {
  out.setName(limitInfo(hit.kind).name);
  out.setLimit(hit.limit);
  out.setMeasured(hit.measured);
}

void writeCompile(const CompileOutcome& outcome, rpc::Compile::Builder out) {
  out.setStatus(outcome.verdict.status);
  out.setHasExitCode(outcome.verdict.hasExitCode);
  out.setExitCode(outcome.verdict.exitCode);
  out.setStdout(asData(outcome.stdout));
  out.setStderr(asData(outcome.stderr));
  out.setWallMicros(outcome.wallMicros);
  out.setCpuMicros(outcome.cpuMicros);
  out.setCached(outcome.isCached);
}

void writeEgress(const EgressReport& report, rpc::Egress::Builder out) {
  auto allowed = out.initAllowed(static_cast<unsigned>(report.allowed.size()));
  for (unsigned i = 0; i < allowed.size(); ++i) {
    const auto& from = report.allowed[i];
    allowed[i].setHost(from.host);
    allowed[i].setPort(from.port);
    allowed[i].setConnections(from.connections);
    allowed[i].setUpBytes(from.upBytes);
    allowed[i].setDownBytes(from.downBytes);
  }
  auto denied = out.initDenied(static_cast<unsigned>(report.denied.size()));
  for (unsigned i = 0; i < denied.size(); ++i) {
    const auto& from = report.denied[i];
    denied[i].setHost(from.host);
    denied[i].setPort(from.port);
    denied[i].setReason(from.reason);
    denied[i].setRule(from.rule);
    denied[i].setCount(from.count);
  }
  out.setUnlisted(report.unlisted);
  out.setLost(report.isLost);
}

// Last: the result is complete but for this.
void writeTrace(const ActiveJob& job, rpc::Trace::Builder out) {
  job.job.trace->note("supervisor.answered");
  const auto& points = job.job.trace->points();
  auto list = out.initPoints(static_cast<unsigned>(points.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setName(points[i].name);
    list[i].setNanos(points[i].nanos);
  }
  KJ_IF_MAYBE (lease, job.lease) out.setWorkerPid(lease->worker->pid());
}

void setSample(const RuntimeManifest::Sample& sample, rpc::Sample::Builder out) {
  out.setCode(asData(sample.code));
  out.setStdout(asData(sample.stdout));
}

const char* warmBy(const Profile* profile) {
  if (profile == nullptr) return "exec";
  return profile->manifest.parks() ? "parked" : "fork";
}

}  // namespace

// A profile's pools as one.
void writePool(const std::string& name, const ZygoteInfo& info, const PoolPair& pools,
               rpc::ProfileInfo::Builder out) {
  out.setName(name);
  out.setReady(info.ready);
  setTexts(out.initPreloaded(static_cast<unsigned>(info.loaded.size())), info.loaded);
  setTexts(out.initMissing(static_cast<unsigned>(info.missing.size())), info.missing);
  for (const WarmPool* pool : pools.all()) {
    out.setIdle(out.getIdle() + static_cast<uint32_t>(pool->idle()));
    out.setTarget(out.getTarget() + static_cast<uint32_t>(pool->target()));
    out.setStarting(out.getStarting() + static_cast<uint32_t>(pool->starting()));
    out.setPrimed(out.getPrimed() + static_cast<uint32_t>(pool->primed()));
    out.setPrimedTarget(out.getPrimedTarget() + static_cast<uint32_t>(pool->primedTarget()));
    out.setJobsHot(out.getJobsHot() + pool->starts().hot);
    out.setJobsWarm(out.getJobsWarm() + pool->starts().warm);
    out.setJobsCold(out.getJobsCold() + pool->starts().cold);
  }
  out.setZygotePid(info.pid);
  out.setZygoteRestarts(info.restarts);
}

void writeEgressStatus(const EgressAccess& access, rpc::EgressStatus::Builder out) {
  out.setEnabled(access.broker != nullptr);
  if (access.isWanted) out.setWhyNot(access.whyNot);
  if (access.broker == nullptr) return;
  const BrokerInfo& info = access.broker->info();
  out.setByDefault(access.isUsual());
  out.setReady(access.broker->isReady());
  out.setPid(info.pid);
  out.setRestarts(info.restarts);
  out.setEntries(static_cast<uint32_t>(access.broker->config().allow.size()));
  setTexts(out.initLayers(static_cast<unsigned>(info.layers.size())), info.layers);
  setTexts(out.initMissing(static_cast<unsigned>(info.missing.size())), info.missing);
}

void writeRejection(const RejectionInfo& rejection, rpc::Rejection::Builder out) {
  out.setKind(rejection.kind);
  out.setCode(rejection.code);
  out.setMessage(rejection.message);
  out.setField(rejection.field);
  out.setRetryAfterMs(rejection.retryAfterMs);
}

void writeRichResults(const std::vector<RichResult>& from, rpc::JobResult::Builder out) {
  auto results = out.initResults(static_cast<unsigned>(from.size()));
  for (unsigned i = 0; i < results.size(); ++i) {
    results[i].setMime(asText(from[i].mime));
    results[i].setData({from[i].data.data(), from[i].data.size()});
    results[i].setObject(from[i].object);
  }
}

void writeVerdict(const Verdict& verdict, const JobFacts& facts, rpc::JobResult::Builder out) {
  out.setStatus(verdict.status);
  out.setHasExitCode(verdict.hasExitCode);
  out.setExitCode(verdict.exitCode);
  out.setSignal(verdict.signal);
  out.setMessage(verdict.message);
  if (verdict.limitHit) writeLimitHit(*verdict.limitHit, out.initLimitHit());
  out.setDeniedCall(verdict.deniedCall);
  out.setCpuMicros(facts.usage.cpuMicros);
  out.setWallMicros(facts.wallMicros);
  out.setPeakMemoryBytes(facts.usage.peakMemoryBytes);
  out.setProcessesPeak(facts.usage.peakProcesses);
  out.setProcessesRefused(facts.usage.processDenials);
}

void writeResult(const ActiveJob& job, const IsolationReport& isolation,
                 const Toolchains& toolchains, rpc::JobResult::Builder out) {
  out.setId(job.id);
  writeVerdict(job.verdict, job.facts, out);
  writeOutput(job, out);

  KJ_IF_MAYBE (outcome, job.compile) {
    out.setStart(outcome->start);
    writeCompile(*outcome, out.initCompile());
  }
  KJ_IF_MAYBE (lease, job.lease) {
    out.setStart(lease->start);
    if (lease->start != rpc::StartKind::COLD) out.setWarmBy(warmBy(job.job.profile.get()));
  }
  out.setQueueMicros(job.timings.queueMicros);
  out.setAcquireMicros(job.timings.acquireMicros);
  out.setRunMicros(job.timings.runMicros);
  out.setTotalMicros(job.timings.totalMicros);

  out.setLanguage(job.job.language->name);
  const Profile* profile = job.job.profile.get();
  out.setVersion(profile == nullptr || profile->manifest.parks()
                     ? toolchains.of(*job.job.language).version
                     : profile->zygote->info().version);
  fillIsolation(isolation, out.initIsolation());
  if (job.egress) writeEgress(*job.egress, out.initEgress());
  if (job.job.trace != nullptr) writeTrace(job, out.initTrace());
}

void writeRuntimes(const Profiles& profiles, const Toolchains& toolchains,
                   capnp::List<rpc::RuntimeInfo>::Builder out) {
  for (unsigned i = 0; i < profiles.manifests().size(); ++i) {
    auto& manifest = profiles.manifests()[i];
    const Toolchain& toolchain = toolchains.of(manifest);
    out[i].setLanguage(manifest.name);
    out[i].setVersion(toolchain.version);
    out[i].setWhyUnavailable(toolchain.whyUnavailable);
    out[i].setCompiled(manifest.isCompiled());
    out[i].setDescription(manifest.description);
    out[i].setHasContexts(manifest.session.has_value());
    if (manifest.sample) setSample(*manifest.sample, out[i].initSample());
    setTexts(out[i].initEndings(static_cast<unsigned>(manifest.endings.size())), manifest.endings);
    setTexts(out[i].initAliases(static_cast<unsigned>(manifest.aliases.size())), manifest.aliases);
    std::vector<const Profile*> own;
    for (auto& profile : profiles.all()) {
      if (&profile->manifest == &manifest) own.push_back(profile.get());
    }
    auto list = out[i].initProfiles(static_cast<unsigned>(own.size()));
    for (unsigned k = 0; k < own.size(); ++k) {
      writePool(own[k]->config.name, own[k]->zygote->info(), *own[k]->pools, list[k]);
      list[k].setWarmBy(warmBy(own[k]));
      if (!manifest.parks()) out[i].setVersion(own[k]->zygote->info().version);
    }
  }
}

void writeRefusals(const std::vector<ManifestRefusal>& refusals,
                   capnp::List<rpc::RefusedManifest>::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i) {
    out[i].setFile(refusals[i].file);
    out[i].setLine(refusals[i].line);
    out[i].setReason(refusals[i].reason);
  }
}

}  // namespace brood::supervisor
