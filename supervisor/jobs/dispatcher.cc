#include "supervisor/dispatcher.h"

#include <kj/debug.h>
#include <spdlog/spdlog.h>

#include "supervisor/clock.h"
#include "supervisor/compiler.h"
#include "supervisor/log_errors.h"

namespace brood {
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
  verdict.message = exception.getDescription().cStr();
  return verdict;
}

}  // namespace

Dispatcher::Dispatcher(UvEventPort& port, Profiles& profiles, const Toolchains& toolchains,
                       SlotPool& slots, ZygoteHost& slotBuilder, WorkerStarter starter,
                       const Config& config)
    : port_(port),
      profiles_(profiles),
      toolchains_(toolchains),
      slots_(slots),
      slotBuilder_(slotBuilder),
      starter_(starter),
      config_(config),
      compiler_(kj::heap<Compiler>(*this, port.timer(), toolchains, config.compile)),
      admission_(port.timer(), config.supervisor.maxConcurrentJobs, config.supervisor.queueLimit,
                 config.supervisor.queueTimeoutMs),
      warmKeeper_(port.timer(),
                  [this]() {
                    if (auto* pool = poolAtRest()) pool->keepNextWarm();
                  }),
      errorHandler_(kj::heap<LogErrors>("teardown")),
      lettingGo_(*errorHandler_) {}

Dispatcher::~Dispatcher() noexcept(false) = default;

const BuildCache& Dispatcher::buildCache() const { return compiler_->cache(); }

kj::Promise<JobReply> Dispatcher::run(rpc::Job::Reader job,
                                      kj::Maybe<rpc::OutputSink::Client> sink) {
  const auto receivedAt = monotonicNow();
  if (!refusalReason_.empty()) {
    return JobReply(RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "isolation_lost",
                                  refusalReason_, "", kLostRetryAfterMs});
  }
  auto admitted = admitJob(job, profiles_, toolchains_, config_);
  KJ_IF_MAYBE(rejection, admitted.tryGet<RejectionInfo>()) return JobReply(kj::mv(*rejection));

  auto active = kj::heap<ActiveJob>();
  active->id = jobIds_.next();
  active->request = kj::mv(admitted.get<JobRequest>());
  if (active->request.pool == nullptr) active->request.pool = &profiles_.executed();
  active->sink = kj::mv(sink);
  active->receivedAt = receivedAt;
  noteAt(active->request.trace, "supervisor.received", receivedAt);
  active->acquireTimeoutMs = config_.supervisor.queueTimeoutMs;
  // Nearly every job enters at once, and goes to its worker in this very turn of the loop: what
  // takes a turn more is in the way of the answer.
  KJ_IF_MAYBE (entry, admission_.enterNow()) return goOn(kj::mv(active), kj::mv(*entry));
  return admission_.enter().then(
      [this, active = kj::mv(active)](Admission::Entry entry) mutable {
        return goOn(kj::mv(active), kj::mv(entry));
      });
}

kj::Promise<JobReply> Dispatcher::goOn(kj::Own<ActiveJob> active, Admission::Entry entry) {
  if (entry.refusal != Admission::Refusal::none) {
    return JobReply(refused(entry.refusal, config_.supervisor.queueTimeoutMs));
  }
  active->permit = kj::mv(entry.permit);
  active->timings.queueMicros = microsBetween(active->receivedAt, monotonicNow());
  note(active->request.trace, "supervisor.admitted");
  ++jobsTotal_;
  if (active->request.language->isCompiled()) return compileAndStart(kj::mv(active));
  return start(kj::mv(active));
}

kj::Promise<JobReply> Dispatcher::compileAndStart(kj::Own<ActiveJob> active) {
  auto compiled = compiler_->compile(active->request);
  return compiled.then([this, active = kj::mv(active)](
                           kj::OneOf<CompileOutcome, RejectionInfo> result) mutable
                       -> kj::Promise<JobReply> {
    KJ_IF_MAYBE(rejection, result.tryGet<RejectionInfo>()) return JobReply(kj::mv(*rejection));
    auto& outcome = active->compile.emplace(kj::mv(result.get<CompileOutcome>()));
    if (outcome.build == nullptr) {
      active->verdict = compileError(outcome);
      active->timings.totalMicros = microsBetween(active->receivedAt, monotonicNow());
      active->permit = nullptr;
      return JobReply(kj::mv(active));
    }
    const auto& program = outcome.build->program;
    active->request.program.content = kj::arrayPtr(program.data(), program.size());
    KJ_IF_MAYBE(rejection,
                checkProgramFits(program.size(), active->request.limits)) {
      return JobReply(kj::mv(*rejection));
    }
    return start(kj::mv(active));
  });
}

kj::Promise<JobReply> Dispatcher::runOwn(JobRequest request) {
  auto active = kj::heap<ActiveJob>();
  active->id = jobIds_.next();
  active->request = kj::mv(request);
  active->receivedAt = monotonicNow();
  active->acquireTimeoutMs = kOwnAcquireTimeoutMs;
  return start(kj::mv(active));
}

kj::Promise<JobReply> Dispatcher::start(kj::Own<ActiveJob> active) {
  if (active->attempts++ == 0) active->readyAt = monotonicNow();
  auto& request = active->request;
  if (request.pool != nullptr && request.job.getStartPolicy() == rpc::StartPolicy::BEST) {
    KJ_IF_MAYBE (lease, request.pool->acquireNow(request.program.content)) {
      if (request.profile != nullptr && !request.profile->manifest.parks()) {
        lastProfile_ = request.profile;
      }
      return runOn(kj::mv(active), kj::mv(*lease));
    }
  }
  return acquireAndRun(kj::mv(active));
}

kj::Promise<JobReply> Dispatcher::acquireAndRun(kj::Own<ActiveJob> active) {
  using Acquired = kj::OneOf<Lease, RejectionInfo>;
  auto timedOut = port_.timer()
                      .afterDelay(active->acquireTimeoutMs * kj::MILLISECONDS)
                      .then([timeoutMs = active->acquireTimeoutMs]() -> Acquired {
                        return refused(Admission::Refusal::queueTimeout, timeoutMs);
                      });
  auto& request = active->request;
  return kj::evalNow([&]() { return acquire(request); })
      .then([](Lease lease) -> Acquired { return kj::mv(lease); },
            [](kj::Exception&& exception) -> Acquired {
              // Nothing has run: the caller may simply try again.
              return RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "sandbox_unavailable",
                                   exception.getDescription().cStr(), "", kRetryAfterMs};
            })
      .exclusiveJoin(kj::mv(timedOut))
      .then([this, active = kj::mv(active)](Acquired acquired) mutable -> kj::Promise<JobReply> {
        KJ_IF_MAYBE(rejection, acquired.tryGet<RejectionInfo>()) {
          return JobReply(kj::mv(*rejection));
        }
        return runOn(kj::mv(active), kj::mv(acquired.get<Lease>()));
      });
}

kj::Promise<Lease> Dispatcher::acquire(const JobRequest& request) {
  const auto policy = request.job.getStartPolicy();
  if (policy == rpc::StartPolicy::COLD) {
    if (request.pool != nullptr) request.pool->noteColdStart();
    return startCold(slots_.build(), rpc::StartKind::COLD);
  }
  if (request.pool == nullptr) return startCold(slots_.take(), rpc::StartKind::WARM);
  WarmPool& pool = *request.pool;
  const bool zygoteReady =
      request.profile == nullptr ? slotBuilder_.ready() : request.profile->zygote->ready();
  if (policy == rpc::StartPolicy::WARM && zygoteReady) return pool.forkNow();
  // Only a zygote's worker can show rich results: such a job waits for the next one.
  const bool needsZygote = request.profile != nullptr && request.job.getRich();
  if (zygoteReady || pool.idle() > 0 || needsZygote) return pool.acquire(request.program.content);
  pool.noteColdStart();
  return startCold(slots_.build(), rpc::StartKind::COLD);
}

kj::Promise<Lease> Dispatcher::startCold(kj::Promise<kj::Own<Slot>> slot, rpc::StartKind start) {
  return slot
      .then([this](kj::Own<Slot> built) { return starter_.start(slotBuilder_, kj::mv(built)); })
      .then([start](kj::Own<WorkerHandle> worker) {
        return Lease{kj::Own<void>(), kj::mv(worker), start};
      });
}

kj::Promise<kj::OneOf<JobFacts, NotStarted>> Dispatcher::beginRun(ActiveJob& active) {
  auto& worker = *KJ_ASSERT_NONNULL(active.lease).worker;
  kj::Promise<void> announced = kj::READY_NOW;
  kj::Maybe<rpc::OutputSink::Client&> sink;
  KJ_IF_MAYBE(client, active.sink) {
    sink = *client;
    auto request = client->startedRequest();
    request.setId(active.id);
    request.setStart(KJ_ASSERT_NONNULL(active.lease).start);
    announced = request.send();
  }
  auto jobRun = kj::heap<JobRun>(port_.timer(), worker, active.request,
                                 active.request.cpuMillicores.value_or(config_.sandbox.cpuMillicores),
                                 config_, sink);
  auto& run = *jobRun;
  active.run = kj::mv(jobRun);
  auto place = running_.insert(running_.end(), &worker);
  return announced.then([&run]() { return run.run(); })
      .attach(kj::defer([this, place]() { running_.erase(place); }));
}

kj::Promise<JobReply> Dispatcher::runOn(kj::Own<ActiveJob> active, Lease lease) {
  const auto acquiredAt = monotonicNow();
  active->timings.acquireMicros = microsBetween(active->readyAt, acquiredAt);
  noteAt(active->request.trace, "supervisor.acquired", acquiredAt);
  active->lease = kj::mv(lease);
  auto& borrowed = *active;
  return kj::evalNow([&]() { return beginRun(borrowed); })
      .then(
          [acquiredAt, &borrowed](
              kj::OneOf<JobFacts, NotStarted> outcome) -> kj::Maybe<NotStarted> {
            borrowed.timings.runMicros = microsBetween(acquiredAt, monotonicNow());
            KJ_IF_MAYBE(notStarted, outcome.tryGet<NotStarted>()) return kj::mv(*notStarted);
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
        KJ_IF_MAYBE(missed, notStarted) return tryAgain(kj::mv(active), *missed);
        active->timings.totalMicros = microsBetween(active->receivedAt, monotonicNow());
        active->permit = nullptr;
        return JobReply(kj::mv(active));
      });
}

kj::Promise<JobReply> Dispatcher::tryAgain(kj::Own<ActiveJob> active,
                                           const NotStarted& notStarted) {
  active->run = nullptr;
  active->lease = nullptr;
  if (active->attempts < kMaxAttempts) return start(kj::mv(active));
  return JobReply(RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "sandbox_unavailable",
                                notStarted.reason, "", kRetryAfterMs});
}

WarmPool* Dispatcher::poolAtRest() const {
  const auto profile = lastProfile_.lock();
  const bool isAtRest =
      profile != nullptr && running_.empty() && profile->pool->starting() == 0;
  return isAtRest ? &*profile->pool : nullptr;
}

void Dispatcher::expectJob() {
  if (auto* pool = poolAtRest()) pool->rouseNext();
}

void Dispatcher::letGo(kj::Own<ActiveJob> answered) {
  const auto& profile = answered->request.profile;
  const bool wasForks = profile != nullptr && profile == lastProfile_.lock();
  if (config_.techniques.keepWarm && wasForks) warmKeeper_.noteJob();
  auto* pool = answered->request.pool;
  // Nobody is ready for the next caller: after this turn's events, the sending of the reply among
  // them, there is no time to lose.
  const bool poolIsDry = pool != nullptr && pool->idle() == 0;
  auto pause = poolIsDry ? kj::evalLast([]() {}) : port_.timer().afterDelay(kPauseAfterReply);
  lettingGo_.add(pause.then([answered = kj::mv(answered)]() {}));
}

kj::Promise<void> Dispatcher::drain() {
  return admission_.drain().then([this]() { return lettingGo_.onEmpty(); });
}

bool Dispatcher::noteDeniedCall(const DeniedCall& call) {
  for (auto* worker : running_) {
    if (!worker->contains(call.pid)) continue;
    worker->noteDeniedCall(call.name);
    return true;
  }
  return false;
}

void Dispatcher::killRunning() {
  for (auto* worker : running_) worker->killSlot();
}

}  // namespace brood
