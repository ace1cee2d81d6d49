#include "supervisor/jobs/dispatcher.h"

#include <kj/debug.h>

#include "base/plain_text.h"
#include "supervisor/base/clock.h"
#include "supervisor/base/log_errors.h"
#include "supervisor/jobs/compiler.h"
#include "supervisor/jobs/job_request.h"

namespace brood::supervisor {
namespace {

// A worker that dies while parked is found out at hand-over; the job has not run then.
constexpr uint32_t kMaxAttempts = 3;
constexpr uint64_t kRetryAfterMs = 1'000;
// Nobody waits for it but the supervisor itself.
constexpr uint64_t kOwnAcquireTimeoutMs = 30'000;
constexpr uint64_t kLostRetryAfterMs = 60'000;
// Ending a worker and forking the next keep a CPU each busy in the kernel for milliseconds, which
// the reply and whoever waits for it would have to wait for as well.
constexpr auto kPauseAfterReply = 2 * kj::MILLISECONDS;

RejectionInfo refused(Admission::Refusal refusal, uint64_t queueTimeoutMs) {
  using rpc::RejectionKind;
  switch (refusal) {
    case Admission::Refusal::queueFull:
      return {RejectionKind::OVERLOADED, "overloaded", "too many jobs are waiting", "",
              kRetryAfterMs};
    case Admission::Refusal::draining:
      return {RejectionKind::UNAVAILABLE, "unavailable", "the supervisor is shutting down", "",
              kRetryAfterMs};
    case Admission::Refusal::queueTimeout:
    case Admission::Refusal::none:
      break;
  }
  return {RejectionKind::UNAVAILABLE, "queue_timeout",
          "no sandbox became free within " + std::to_string(queueTimeoutMs) + " ms", "",
          kRetryAfterMs};
}

Verdict brokenSandbox(const kj::Exception& exception) {
  Verdict verdict;
  verdict.status = rpc::JobStatus::SANDBOX_ERROR;
  verdict.message = plainText(exception);
  return verdict;
}

}  // namespace

Dispatcher::Dispatcher(kj::Timer& timer, Profiles& profiles, const Toolchains& toolchains,
                       WorkerSource& workers, RunningJobs& running, const EgressAccess& egress,
                       const Config& config)
    : timer_(timer),
      profiles_(profiles),
      toolchains_(toolchains),
      workers_(workers),
      running_(running),
      egress_(egress),
      config_(config),
      compiler_(kj::heap<Compiler>(*this, timer, toolchains, config.compile)),
      admission_(timer, config.supervisor.maxConcurrentJobs, config.supervisor.queueLimit,
                 config.supervisor.queueTimeoutMs),
      rouser_(timer, running, config.techniques.keepWarm),
      errorHandler_(kj::heap<LogErrors>("teardown")),
      dismissed_(*errorHandler_) {}

Dispatcher::~Dispatcher() noexcept(false) = default;

const BuildCache& Dispatcher::buildCache() const { return compiler_->cache(); }

kj::Promise<JobReply> Dispatcher::run(rpc::Job::Reader request,
                                      kj::Maybe<rpc::OutputSink::Client> sink) {
  const auto receivedAt = monotonicNow();
  if (!refusalReason_.empty()) {
    return JobReply(RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "isolation_lost", refusalReason_,
                                  "", kLostRetryAfterMs});
  }
  auto admitted = admitJob(request, profiles_, toolchains_, egress_, config_);
  KJ_IF_MAYBE (rejection, admitted.tryGet<RejectionInfo>()) return JobReply(kj::mv(*rejection));

  auto active = kj::heap<ActiveJob>();
  active->id = jobIds_.next();
  active->job = kj::mv(admitted.get<AdmittedJob>());
  active->sink = kj::mv(sink);
  active->receivedAt = receivedAt;
  noteAt(active->job.trace, "supervisor.received", receivedAt);
  active->acquireTimeoutMs = config_.supervisor.queueTimeoutMs;
  // Nearly every job enters at once, and goes to its worker in this very turn of the loop: what
  // takes a turn more is in the way of the answer.
  const auto tenant = request.getTenant();
  const JobTenant whose{{tenant.begin(), tenant.size()}, request.getTenantJobs()};
  KJ_IF_MAYBE (entry, admission_.enterNow(whose)) {
    return onAdmitted(kj::mv(active), kj::mv(*entry));
  }
  return admission_.enter(whose).then(
      [this, active = kj::mv(active)](Admission::Entry entry) mutable {
        return onAdmitted(kj::mv(active), kj::mv(entry));
      });
}

kj::Promise<JobReply> Dispatcher::onAdmitted(kj::Own<ActiveJob> active, Admission::Entry entry) {
  if (entry.refusal != Admission::Refusal::none) {
    return JobReply(refused(entry.refusal, config_.supervisor.queueTimeoutMs));
  }
  active->permit = kj::mv(entry.permit);
  active->timings.queueMicros = microsBetween(active->receivedAt, monotonicNow());
  note(active->job.trace, "supervisor.admitted");
  ++jobsTotal_;
  if (active->job.language->isCompiled()) return compileFirst(kj::mv(active));
  return assignWorker(kj::mv(active));
}

kj::Promise<JobReply> Dispatcher::compileFirst(kj::Own<ActiveJob> active) {
  auto compiled = compiler_->compile(active->job);
  return compiled.then(
      [this, active = kj::mv(active)](
          kj::OneOf<CompileOutcome, RejectionInfo> result) mutable -> kj::Promise<JobReply> {
        KJ_IF_MAYBE (rejection, result.tryGet<RejectionInfo>()) return JobReply(kj::mv(*rejection));
        auto& outcome = active->compile.emplace(kj::mv(result.get<CompileOutcome>()));
        if (outcome.build == nullptr) {
          active->verdict = compileError(outcome);
          return finish(kj::mv(active));
        }
        const auto& program = outcome.build->program;
        active->job.program.content = kj::arrayPtr(program.data(), program.size());
        KJ_IF_MAYBE (rejection, checkProgramFits(program.size(), active->job.limits)) {
          return JobReply(kj::mv(*rejection));
        }
        return assignWorker(kj::mv(active));
      });
}

kj::Promise<JobReply> Dispatcher::runOwn(AdmittedJob job) {
  auto active = kj::heap<ActiveJob>();
  active->id = jobIds_.next();
  active->job = kj::mv(job);
  active->receivedAt = monotonicNow();
  active->acquireTimeoutMs = kOwnAcquireTimeoutMs;
  return assignWorker(kj::mv(active));
}

kj::Promise<JobReply> Dispatcher::assignWorker(kj::Own<ActiveJob> active) {
  if (active->attempts++ == 0) active->readyAt = monotonicNow();
  KJ_IF_MAYBE (lease, workers_.takeParked(active->job)) {
    rouser_.noteHotStart(active->job);
    return runWith(kj::mv(active), kj::mv(*lease));
  }
  return waitForWorker(kj::mv(active));
}

kj::Promise<JobReply> Dispatcher::waitForWorker(kj::Own<ActiveJob> active) {
  using Obtained = kj::OneOf<Lease, RejectionInfo>;
  auto timedOut = timer_.afterDelay(active->acquireTimeoutMs * kj::MILLISECONDS)
                      .then([timeoutMs = active->acquireTimeoutMs]() -> Obtained {
                        return refused(Admission::Refusal::queueTimeout, timeoutMs);
                      });
  return kj::evalNow([&]() { return workers_.obtain(active->job); })
      .then([](Lease lease) -> Obtained { return kj::mv(lease); },
            [](kj::Exception&& exception) -> Obtained {
              // Nothing has run: the caller may simply try again.
              return RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "sandbox_unavailable",
                                   plainText(exception), "", kRetryAfterMs};
            })
      .exclusiveJoin(kj::mv(timedOut))
      .then([this, active = kj::mv(active)](Obtained obtained) mutable -> kj::Promise<JobReply> {
        KJ_IF_MAYBE (rejection, obtained.tryGet<RejectionInfo>()) {
          return JobReply(kj::mv(*rejection));
        }
        return runWith(kj::mv(active), kj::mv(obtained.get<Lease>()));
      });
}

kj::Promise<Dispatcher::Outcome> Dispatcher::handOver(ActiveJob& active) {
  auto& worker = *KJ_ASSERT_NONNULL(active.lease).worker;
  kj::Promise<void> announced = kj::READY_NOW;
  kj::Maybe<rpc::OutputSink::Client&> sink;
  KJ_IF_MAYBE (client, active.sink) {
    sink = *client;
    auto request = client->startedRequest();
    request.setId(active.id);
    request.setStart(KJ_ASSERT_NONNULL(active.lease).start);
    announced = request.send();
  }
  auto jobRun = kj::heap<JobRun>(timer_, kj::systemPreciseMonotonicClock(), worker, active.job,
                                 active.job.cpuMillicores.value_or(config_.sandbox.cpuMillicores),
                                 config_, sink);
  auto& run = *jobRun;
  active.run = kj::mv(jobRun);
  auto entry = running_.add(worker, run, active.job.language == nullptr);
  return announced.then([&run]() { return run.run(); }).attach(kj::mv(entry));
}

kj::Promise<Dispatcher::Outcome> Dispatcher::handOverWithNetwork(ActiveJob& active,
                                                                 const JobNetwork& network) {
  auto* seat = KJ_ASSERT_NONNULL(active.lease).worker->sandbox().seat();
  KJ_REQUIRE(seat != nullptr, "a sandbox without network for a job with it");
  return seat->startJob(network).then(
      [this, &active, seat]() {
        return handOver(active).then([&active, seat](Outcome outcome) {
          return seat->endJob().then(
              [&active, outcome = kj::mv(outcome)](EgressReport report) mutable {
                active.egress = kj::mv(report);
                return kj::mv(outcome);
              });
        });
      },
      [](kj::Exception&& why) -> kj::Promise<Outcome> {
        return Outcome(NotStarted{plainText(why)});
      });
}

kj::Promise<JobReply> Dispatcher::runWith(kj::Own<ActiveJob> active, Lease lease) {
  const auto acquiredAt = monotonicNow();
  active->timings.acquireMicros = microsBetween(active->readyAt, acquiredAt);
  noteAt(active->job.trace, "supervisor.acquired", acquiredAt);
  active->lease = kj::mv(lease);
  auto& borrowed = *active;
  return kj::evalNow([&]() {
           if (!borrowed.job.network) return handOver(borrowed);
           return handOverWithNetwork(borrowed, *borrowed.job.network);
         })
      .then(
          [acquiredAt,
           &borrowed](kj::OneOf<JobFacts, NotStarted> outcome) -> kj::Maybe<NotStarted> {
            borrowed.timings.runMicros = microsBetween(acquiredAt, monotonicNow());
            KJ_IF_MAYBE (notStarted, outcome.tryGet<NotStarted>()) return kj::mv(*notStarted);
            borrowed.facts = outcome.get<JobFacts>();
            borrowed.verdict = judge(borrowed.facts);
            return nullptr;
          },
          [&borrowed](kj::Exception&& exception) -> kj::Maybe<NotStarted> {
            borrowed.verdict = brokenSandbox(exception);
            return nullptr;
          })
      .then([this, active = kj::mv(active)](
                kj::Maybe<NotStarted> notStarted) mutable -> kj::Promise<JobReply> {
        KJ_IF_MAYBE (missed, notStarted) return tryAgain(kj::mv(active), *missed);
        return finish(kj::mv(active));
      });
}

kj::Promise<JobReply> Dispatcher::tryAgain(kj::Own<ActiveJob> active,
                                           const NotStarted& notStarted) {
  active->run = nullptr;
  active->lease = nullptr;
  if (active->attempts < kMaxAttempts) return assignWorker(kj::mv(active));
  return JobReply(RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "sandbox_unavailable",
                                notStarted.reason, "", kRetryAfterMs});
}

JobReply Dispatcher::finish(kj::Own<ActiveJob> active) {
  active->timings.totalMicros = microsBetween(active->receivedAt, monotonicNow());
  active->permit = nullptr;
  return FinishedJob(*this, kj::mv(active));
}

void Dispatcher::dismiss(kj::Own<ActiveJob> answered) {
  rouser_.noteAnswered(answered->job);
  auto* pool = answered->job.pool;
  // Nobody is ready for the next caller: after this turn's events, the sending of the reply among
  // them, there is no time to lose.
  const bool poolIsDry = pool != nullptr && pool->idle() == 0;
  auto pause = poolIsDry ? kj::evalLast([]() {}) : timer_.afterDelay(kPauseAfterReply);
  dismissed_.add(pause.then([answered = kj::mv(answered)]() {}));
}

kj::Promise<void> Dispatcher::drain() {
  return admission_.drain().then([this]() { return dismissed_.onEmpty(); });
}

}  // namespace brood::supervisor
