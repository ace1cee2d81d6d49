#include "supervisor/front/rpc_server.h"

#include <prometheus/text_serializer.h>
#include <unistd.h>

#include "rpc/calls/cancellation.h"
#include "supervisor/base/clock.h"
#include "supervisor/base/log_errors.h"
#include "supervisor/front/egress_metrics.h"
#include "supervisor/front/reply_writer.h"
#include "supervisor/front/sessions_server.h"
#include "supervisor/front/state_metrics.h"

namespace brood::supervisor {
namespace {

JobMeasure measureOf(const ActiveJob& job) {
  auto start = rpc::StartKind::COLD;
  KJ_IF_MAYBE (lease, job.lease) start = lease->start;
  return {job.job.language->name,    start,
          job.verdict.status,        job.timings.queueMicros,
          job.timings.acquireMicros, job.timings.runMicros,
          job.timings.totalMicros};
}

}  // namespace

RpcServer::RpcServer(Dispatcher& dispatcher, const RunningJobs& running, Profiles& profiles,
                     const Toolchains& toolchains, const SlotPools& slots, ZygoteHost& slotBuilder,
                     const CgroupDriver& cgroups, const IsolationReport& isolation,
                     const IsolationWatch& isolationWatch, const EgressAccess& egress,
                     Sessions& sessions, Metrics& metrics)
    : dispatcher_(dispatcher),
      running_(running),
      profiles_(profiles),
      toolchains_(toolchains),
      slots_(slots),
      slotBuilder_(slotBuilder),
      cgroups_(cgroups),
      isolation_(isolation),
      isolationWatch_(isolationWatch),
      egress_(egress),
      sessions_(sessions),
      sessionsServer_(
          kj::heap<SessionsServer>(sessions, isolation, dispatcher.refusalReason(), metrics)),
      metrics_(metrics),
      startedAt_(monotonicNow()),
      errorHandler_(kj::heap<LogErrors>("metrics")),
      afterReplies_(*errorHandler_) {}

kj::Promise<void> RpcServer::run(RunContext context) {
  // Without this a client that has gone would leave its job running.
  allowCancellation(context);
  auto params = context.getParams();
  kj::Maybe<rpc::OutputSink::Client> sink;
  if (params.hasSink()) sink = params.getSink();
  return dispatcher_.run(params.getJob(), kj::mv(sink))
      .then([this, context](JobReply reply) mutable {
        KJ_IF_MAYBE (rejection, reply.tryGet<RejectionInfo>()) {
          auto outcome = context.getResults(capnp::MessageSize{128, 0}).initOutcome();
          writeRejection(*rejection, outcome.initRejected());
          metrics_.noteRejection(rejection->code);
          return;
        }
        const ActiveJob& job = *reply.get<FinishedJob>();
        auto outcome = context.getResults().initOutcome();
        writeResult(job, isolation_, toolchains_, outcome.initResult());
        noteAfterReply(measureOf(job));
      });
}

// Once the reply is on its way, and before anybody can ask.
void RpcServer::noteAfterReply(JobMeasure measure) {
  afterReplies_.add(
      kj::evalLast([this, measure = std::move(measure)]() { metrics_.noteJob(measure); }));
}

kj::Promise<void> RpcServer::runtimes(RuntimesContext context) {
  auto count = static_cast<unsigned>(profiles_.manifests().size());
  auto out = context.getResults();
  writeRuntimes(profiles_, toolchains_, out.initRuntimes(count));
  const auto& refusals = profiles_.refusals();
  writeRefusals(refusals, out.initRefused(static_cast<unsigned>(refusals.size())));
  return kj::READY_NOW;
}

kj::Promise<void> RpcServer::status(StatusContext context) {
  auto out = context.getResults().initStatus();
  out.setVersion(BROOD_VERSION);
  out.setPid(::getpid());
  out.setUptimeMs(microsBetween(startedAt_, monotonicNow()) / 1000);
  fillIsolation(isolation_, out.initIsolation());
  out.setSlotsReady(static_cast<uint32_t>(slots_.ready()));
  out.setSlotsTarget(static_cast<uint32_t>(slots_.target()));
  out.setSlotsTearingDown(static_cast<uint32_t>(slots_.tearingDown()));
  out.setGroupsKept(static_cast<uint32_t>(slots_.groupsKept()));
  out.setJobsRunning(static_cast<uint32_t>(dispatcher_.admission().running()));
  out.setJobsQueued(static_cast<uint32_t>(dispatcher_.admission().queued()));
  out.setJobsTotal(dispatcher_.jobsTotal());
  out.setDraining(dispatcher_.admission().draining());
  out.setReady(profiles_.allReachedMinimum() && !dispatcher_.admission().draining() &&
               dispatcher_.refusalReason().empty());
  isolationWatch_.fill(out.initCanary());
  out.setCgroup(cgroups_.description());
  out.setSlotBuilderPid(slotBuilder_.info().pid);
  writeRuntimes(profiles_, toolchains_,
                out.initRuntimes(static_cast<unsigned>(profiles_.manifests().size())));
  writePool("executed", slotBuilder_.info(), profiles_.executed(), out.initExecuted());
  writeEgressStatus(egress_, out.initEgress());
  out.setSessionsRunning(static_cast<uint32_t>(sessions_.running()));
  out.setSessionsPaused(static_cast<uint32_t>(sessions_.paused()));
  out.setSessionsTotal(sessions_.counts().opened);
  const auto& refusals = profiles_.refusals();
  writeRefusals(refusals, out.initRefusedManifests(static_cast<unsigned>(refusals.size())));
  return kj::READY_NOW;
}

kj::Promise<void> RpcServer::sessions(SessionsContext context) {
  context.getResults(capnp::MessageSize{8, 1}).setSessions(sessionsServer_);
  return kj::READY_NOW;
}

kj::Promise<void> RpcServer::metrics(MetricsContext context) {
  auto families =
      stateMetrics({dispatcher_, running_, profiles_, slots_, slotBuilder_, isolation_,
                    isolationWatch_, sessions_, microsBetween(startedAt_, monotonicNow())});
  for (auto& family : metrics_.collect()) families.push_back(std::move(family));
  return egressMetrics(egress_).then(
      [context, families = std::move(families)](MetricFamilies ofEgress) mutable {
        for (auto& family : ofEgress) families.push_back(std::move(family));
        context.getResults().setText(prometheus::TextSerializer().Serialize(families));
      });
}

}  // namespace brood::supervisor
