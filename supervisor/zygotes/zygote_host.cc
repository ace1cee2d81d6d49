#include "supervisor/zygotes/zygote_host.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/plain_text.h"
#include "rpc/wire/fd_passing.h"
#include "supervisor/base/posix.h"
#include "supervisor/isolation/isolation.h"

namespace brood::supervisor {
namespace {

constexpr auto kFirstBackoff = 100 * kj::MILLISECONDS;
constexpr auto kMaxBackoff = 10 * kj::SECONDS;
constexpr uint32_t kFailuresBeforeGivingUpOnWaiters = 3;
// A zygote that takes longer to import, or to fork, is stuck and is replaced.
constexpr auto kWarmUpBound = 5 * kj::MINUTES;
constexpr auto kAnswerBound = 15 * kj::SECONDS;
// The part of a job's text that is searched for a word: imports stand at its beginning.
constexpr size_t kLooksAtBytes = 16 << 10;

// Doubles with each start that did not reach "ready".
kj::Duration backoff(uint32_t consecutiveFailures) {
  auto delay = kFirstBackoff;
  for (uint32_t i = 1; i < consecutiveFailures && delay < kMaxBackoff; ++i) delay = delay * 2;
  return std::min(delay, kMaxBackoff);
}

kj::Array<kj::byte> toBytes(capnp::MessageBuilder& message) {
  auto words = capnp::messageToFlatArray(message);
  return kj::heapArray<kj::byte>(words.asBytes());
}

}  // namespace

ZygoteHost::ZygoteHost(UvEventPort& port, kj::Timer& timer, Reaper& reaper, ZygoteOptions options)
    : port_(port),
      timer_(timer),
      reaper_(reaper),
      options_(std::move(options)),
      task_(kj::evalLater([this]() { return runUntilStopped(); }).fork()) {}

ZygoteHost::~ZygoteHost() noexcept(false) {
  // Not stopped in order (we are unwinding): closing the control socket is enough to end it.
}

kj::Promise<void> ZygoteHost::whenReady() {
  if (info_.ready) return kj::READY_NOW;
  if (isStopping_) return doesNotStart();
  auto paf = kj::newPromiseAndFulfiller<void>();
  readyWaiters_.push_back(kj::mv(paf.fulfiller));
  return kj::mv(paf.promise);
}

kj::Promise<void> ZygoteHost::whenWarmUpFails() {
  auto paf = kj::newPromiseAndFulfiller<void>();
  warmUpWaiter_ = kj::mv(paf.fulfiller);
  return kj::mv(paf.promise);
}

void ZygoteHost::noteWarmUpFailed(capnp::Text::Reader detail) {
  KJ_IF_MAYBE (waiter, warmUpWaiter_) {
    (*waiter)->reject(
        kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__, kj::str(detail)));
  }
  warmUpWaiter_ = nullptr;
  // Threads that it has begun may keep it from ending.
  signalPidfd(pidfd_.get(), SIGKILL);
}

kj::Promise<void> ZygoteHost::runUntilStopped() {
  return kj::evalNow([this]() { return runOnce(); })
      .catch_([this](kj::Exception&& exception) {
        lastError_ = plainText(exception);
        spdlog::error("zygote {}: {}", options_.name, lastError_);
      })
      .then([this]() -> kj::Promise<void> {
        if (isStopping_ || isLeaving_) return kj::READY_NOW;
        const auto delay = backoff(++consecutiveFailures_);
        if (consecutiveFailures_ >= kFailuresBeforeGivingUpOnWaiters) rejectReadyWaiters();
        ++info_.restarts;
        return timer_.afterDelay(delay).then([this]() -> kj::Promise<void> {
          if (isStopping_) return kj::READY_NOW;
          return runUntilStopped();
        });
      });
}

void ZygoteHost::rejectReadyWaiters() {
  auto waiters = std::move(readyWaiters_);
  readyWaiters_.clear();
  for (auto& waiter : waiters) waiter->reject(doesNotStart());
}

kj::Exception ZygoteHost::doesNotStart() const {
  return KJ_EXCEPTION(FAILED, "zygote does not start", options_.name.c_str(), lastError_.c_str());
}

kj::Promise<void> ZygoteHost::runOnce() {
  spawn();
  capnp::MallocMessageBuilder message;
  auto request = message.initRoot<wire::ZygoteRequest>();
  request.setRequestId(nextRequestId_++);
  options_.fillWarmUp(request.initWarmUp());
  auto exited = reaper_.onExit(info_.pid);
  warmUpWatch_ = watchWarmUp().eagerlyEvaluate(nullptr);
  return sender_.send(toBytes(message), {}, []() {})
      .then([this]() { return readEvents(); })
      .catch_([this](kj::Exception&& exception) {
        lastError_ = plainText(exception);
        spdlog::warn("zygote {}: {}", options_.name, lastError_);
      })
      .then([this, exited = kj::mv(exited)]() mutable {
        // It closed its socket or spoke nonsense: either way it is of no further use.
        dropControl();
        return kj::mv(exited);
      })
      .then([this](ProcessExit exit) { settleAfterDeath(exit); });
}

kj::Promise<void> ZygoteHost::watchWarmUp() {
  return timer_.afterDelay(kWarmUpBound).then([this]() {
    if (info_.pid > 0 && !info_.ready && !isLeaving_) killStuck();
  });
}

kj::Promise<void> ZygoteHost::watchAnswers() {
  if (pending_.empty()) {
    isWatchingAnswers_ = false;
    return kj::READY_NOW;
  }
  const uint64_t oldest = pending_.begin()->first;
  return timer_.afterDelay(kAnswerBound).then([this, oldest]() {
    if (pending_.count(oldest) > 0) killStuck();
    return watchAnswers();
  });
}

// Callers that wait for it are told once it has been reaped, as after any other death.
void ZygoteHost::killStuck() {
  spdlog::error("zygote {}: pid {} does not answer and is killed", options_.name, info_.pid);
  signalPidfd(pidfd_.get(), SIGKILL);
}

void ZygoteHost::spawn() {
  auto [ours, theirs] = newSeqpacketPair();
  const int controlFd = ours.get();
  int flags;
  KJ_SYSCALL(flags = ::fcntl(controlFd, F_GETFL));
  KJ_SYSCALL(::fcntl(controlFd, F_SETFL, flags | O_NONBLOCK));
  info_.forks = 0;
  info_.pid = options_.spawn(options_.binary, theirs.get(), options_.preload);
  pidfd_ = openPidfd(info_.pid);
  control_ = kj::mv(ours);
  auto& observer = observer_.emplace(
      kj::heap<UvFdObserver>(port_, control_.get(), UvFdObserver::Interest::readWrite));
  sender_.open(controlFd, *observer);
  spdlog::debug("zygote {}: started as pid {}", options_.name, info_.pid);
}

// Nobody asks it for anything from now on, though it may take a moment to end.
void ZygoteHost::dropControl() {
  info_.ready = false;
  sender_.close();
  observer_ = nullptr;
  control_.reset();
}

kj::Exception ZygoteHost::died() const {
  return KJ_EXCEPTION(DISCONNECTED, "zygote died", options_.name.c_str());
}

kj::Promise<void> ZygoteHost::readEvents() {
  KJ_IF_MAYBE (observer, observer_) {
    return (*observer)->whenReadable().then([this]() -> kj::Promise<void> {
      while (handleMessage()) {
        if (!control_) return kj::READY_NOW;
      }
      if (!control_) return kj::READY_NOW;
      return readEvents();
    });
  }
  return kj::READY_NOW;
}

// Returns false when there is nothing more to read now; drops the socket at end of file.
bool ZygoteHost::handleMessage() {
  auto outcome = receiveMessage(control_.get());
  switch (outcome.kind) {
    case ReceiveOutcome::Kind::wouldBlock:
      return false;
    case ReceiveOutcome::Kind::endOfFile:
      dropControl();
      return false;
    case ReceiveOutcome::Kind::message:
      break;
  }
  auto& bytes = outcome.message.bytes;
  KJ_REQUIRE(bytes.size() % sizeof(capnp::word) == 0, "misshapen event from zygote");
  auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.begin(), bytes.begin(), bytes.size());
  capnp::FlatArrayMessageReader reader(words);
  handleEvent(reader.getRoot<wire::ZygoteEvent>(), outcome.message.fds.asPtr());
  return true;
}

void ZygoteHost::handleEvent(wire::ZygoteEvent::Reader event, kj::ArrayPtr<OwnedFd> fds) {
  if (event.isReady()) {
    if (fds.size() == 1 && options_.onDeniedCall) {
      deniedCalls_ = kj::heap<DeniedCalls>(port_, kj::mv(fds[0]), options_.onDeniedCall);
    }
    return noteReady(event.getReady());
  }
  if (event.isExited()) {
    auto found = children_.find(event.getExited().getPid());
    if (found == children_.end()) return;
    auto fulfiller = kj::mv(found->second.fulfiller);
    children_.erase(found);
    auto exited = event.getExited();
    fulfiller->fulfill(ProcessExit{true, exited.getWaitStatus(),
                                   exited.getUserMicros() + exited.getSystemMicros()});
    return endIfLeft();
  }
  auto found = pending_.find(event.getRequestId());
  KJ_REQUIRE(found != pending_.end() || (event.isFailed() && !info_.ready),
             "zygote answered a request nobody made", event.getRequestId());
  if (found == pending_.end()) {
    auto failure = event.getFailed();
    noteWarmUpFailed(failure.getDetail());
    KJ_FAIL_REQUIRE("warm-up failed", failure.getLayer(), strerror(failure.getErrnoValue()),
                    failure.getDetail());
  }
  auto fulfiller = kj::mv(found->second.fulfiller);
  pending_.erase(found);
  if (event.isFailed()) {
    auto failure = event.getFailed();
    fulfiller->reject(KJ_EXCEPTION(FAILED, "zygote could not", options_.name.c_str(),
                                   failure.getLayer(), strerror(failure.getErrnoValue()),
                                   failure.getDetail(), fixForStep(failure.getLayer()).c_str()));
    return endIfLeft();
  }
  KJ_REQUIRE(fds.size() == 1, "zygote sent no pidfd");
  auto process = event.isSlotBuilt() ? event.getSlotBuilt() : event.getWorkerForked();
  // If nobody waits any more, the process dies with the promise's value.
  fulfiller->fulfill(adoptChild(process, kj::mv(fds[0])));
}

kj::Own<ChildProcess> ZygoteHost::adoptChild(wire::Process::Reader process, OwnedFd pidfd) {
  const pid_t pid = process.getPid();
  auto paf = kj::newPromiseAndFulfiller<ProcessExit>();
  children_[pid] = Child{kj::mv(paf.fulfiller), reaper_.claim(pid)};
  return kj::heap<ChildProcess>(pid, info_.pid, kj::mv(pidfd), LayerSet(process.getLayers()),
                                kj::mv(paf.promise), options_.endSignal);
}

bool ZygoteHost::isLargeJob(kj::ArrayPtr<const kj::byte> text) const {
  const std::string_view start(reinterpret_cast<const char*>(text.begin()),
                               std::min(text.size(), kLooksAtBytes));
  return std::any_of(info_.largeJobWords.begin(), info_.largeJobWords.end(),
                     [&](auto& word) { return start.find(word) != start.npos; });
}

void ZygoteHost::noteReady(wire::Ready::Reader ready) {
  info_.ready = true;
  info_.version = ready.getVersion().cStr();
  info_.warmUpMicros = ready.getWarmUpMicros();
  info_.loaded.clear();
  info_.missing.clear();
  info_.largeJobWords.clear();
  for (auto word : ready.getLargeJobWords()) info_.largeJobWords.emplace_back(word.cStr());
  for (auto name : ready.getLoaded()) info_.loaded.emplace_back(name.cStr());
  for (auto item : ready.getMissing()) {
    info_.missing.push_back(std::string(item.getLayer().cStr()) + ": " + item.getDetail().cStr());
  }
  consecutiveFailures_ = 0;
  spdlog::info("zygote {}: ready (pid {}, version {}, warmed up in {} ms)", options_.name,
               info_.pid, info_.version, info_.warmUpMicros / 1000);
  for (auto& missing : info_.missing) {
    spdlog::warn("zygote {}: missing: {}", options_.name, missing);
  }
  auto waiters = std::move(readyWaiters_);
  readyWaiters_.clear();
  for (auto& waiter : waiters) waiter->fulfill();
  tellReady();
}

// The zygote has been reaped, so its children are ours by now (we are their subreaper).
void ZygoteHost::settleAfterDeath(ProcessExit exit) {
  if (!isStopping_) {
    spdlog::warn("zygote {}: pid {} ended (wait status {:#x}){}", options_.name, info_.pid,
                 exit.waitStatus, isLeaving_ ? "" : ", restarting");
  }
  info_.ready = false;
  info_.pid = -1;
  pidfd_.reset();
  warmUpWatch_ = kj::READY_NOW;
  auto pending = std::move(pending_);
  pending_.clear();
  for (auto& [id, request] : pending) {
    request.fulfiller->reject(died());
  }
  auto children = std::move(children_);
  children_.clear();
  for (auto& [pid, child] : children) {
    // Eagerly, one by one: a join alone runs its parts only once all of them are ready, and a job
    // would be told of its worker's end only when the last child of the dead zygote had ended.
    auto adopted = child.claim->onExit()
                       .then([fulfiller = kj::mv(child.fulfiller)](ProcessExit childExit) mutable {
                         fulfiller->fulfill(kj::mv(childExit));
                       })
                       .eagerlyEvaluate([](kj::Exception&&) {});
    adoption_ = kj::joinPromises(kj::arr(kj::mv(adoption_), kj::mv(adopted)))
                    .eagerlyEvaluate([](kj::Exception&&) {});
  }
}

// Never throws: whoever asks has things to give back if it is refused.
kj::Promise<kj::Own<ChildProcess>> ZygoteHost::request(
    const std::function<void(wire::ZygoteRequest::Builder)>& fill, kj::ArrayPtr<const int> fds) {
  if (!info_.ready) return KJ_EXCEPTION(DISCONNECTED, "zygote not ready", options_.name.c_str());
  capnp::MallocMessageBuilder message;
  auto request = message.initRoot<wire::ZygoteRequest>();
  const uint64_t requestId = nextRequestId_++;
  request.setRequestId(requestId);
  fill(request);
  // An answer is waited for from the moment on that there can be one: a zygote that has not got a
  // request is not stuck.
  using Answer = kj::Promise<kj::Own<ChildProcess>>;
  auto answer = kj::heap<kj::Maybe<Answer>>();
  auto& promised = *answer;
  return kj::evalNow([&]() {
           return sender_.send(
               toBytes(message), std::vector<int>(fds.begin(), fds.end()),
               [this, requestId, &promised]() { promised = awaitAnswer(requestId); });
         })
      .then([answer =
                 kj::mv(answer)]() mutable -> Answer { return kj::mv(KJ_ASSERT_NONNULL(*answer)); },
            [this](kj::Exception&& why) -> Answer {
              if (why.getType() != kj::Exception::Type::DISCONNECTED) return kj::mv(why);
              // EPIPE: it has closed its end, of which we are about to hear.
              info_.ready = false;
              return died();
            });
}

kj::Promise<kj::Own<ChildProcess>> ZygoteHost::awaitAnswer(uint64_t requestId) {
  ++info_.forks;
  auto paf = kj::newPromiseAndFulfiller<kj::Own<ChildProcess>>();
  pending_[requestId] = Pending{kj::mv(paf.fulfiller)};
  if (!isWatchingAnswers_) {
    isWatchingAnswers_ = true;
    answerWatch_ = watchAnswers().eagerlyEvaluate(nullptr);
  }
  return kj::mv(paf.promise);
}

kj::Promise<void> ZygoteHost::leave() {
  isLeaving_ = true;
  info_.ready = false;
  endIfLeft();
  // A zygote that dies meanwhile leaves its children to us: they are waited for as well.
  return task_.addBranch().then([this]() { return kj::mv(adoption_); });
}

void ZygoteHost::endIfLeft() {
  if (!isLeaving_ || !pending_.empty() || !children_.empty()) return;
  isStopping_ = true;
  if (control_) ::shutdown(control_.get(), SHUT_WR);
}

kj::Promise<void> ZygoteHost::stop() {
  isStopping_ = true;
  lastError_ = "it has been told to stop";
  rejectReadyWaiters();
  // The read loop ends on the zygote's own end of file once it has seen ours.
  if (control_) ::shutdown(control_.get(), SHUT_WR);
  return task_.addBranch();
}

}  // namespace brood::supervisor
