#include "supervisor/base/look_thread.h"

#include <kj/debug.h>
#include <signal.h>
#include <time.h>

#include <algorithm>
#include <utility>

namespace brood::supervisor {
namespace {

constexpr uint64_t kLeastPauseMicros = 10'000;
constexpr uint64_t kPauseTimes = 10;

uint64_t cpuMicrosOfThisThread() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1000;
}

// Signals are the loop's.
std::thread startWithoutSignals(std::function<void()> body) {
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(body));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

kj::Duration pauseBeforeNextLook(uint64_t tookMicros, uint32_t random) {
  constexpr uint64_t kParts = 1024;
  const uint64_t mean = std::max(kLeastPauseMicros, kPauseTimes * tookMicros);
  return static_cast<int64_t>(mean / 2 + mean * (random % kParts) / kParts) * kj::MICROSECONDS;
}

LookThread::~LookThread() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void LookThread::start() {
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable()) thread_ = startWithoutSignals([this]() { serve(); });
}

kj::Promise<uint64_t> LookThread::run(Step step, Urgency urgency) {
  start();
  auto paf = kj::newPromiseAndCrossThreadFulfiller<uint64_t>();
  {
    const std::lock_guard lock(mutex_);
    queueOf(urgency).push_back({std::move(step), kj::mv(paf.fulfiller)});
  }
  changed_.notify_one();
  return kj::mv(paf.promise);
}

std::optional<LookThread::Work> LookThread::next(std::unique_lock<std::mutex>& lock,
                                                 Urgency& urgency) {
  for (;;) {
    if (ends_) return std::nullopt;
    const bool hasRested = Clock::now() >= restsUntil_;
    if (!awaited_.empty() || (!routine_.empty() && hasRested)) break;
    if (routine_.empty()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, restsUntil_);
    }
  }
  urgency = awaited_.empty() ? Urgency::routine : Urgency::awaited;
  auto& queue = queueOf(urgency);
  Work work = std::move(queue.front());
  queue.pop_front();
  return work;
}

void LookThread::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    Urgency urgency;
    auto work = next(lock, urgency);
    if (!work) return;
    lock.unlock();
    const uint64_t before = cpuMicrosOfThisThread();
    bool isDone = true;
    auto failure = kj::runCatchingExceptions([&]() { isDone = work->step(); });
    const uint64_t took = cpuMicrosOfThisThread() - before;
    work->tookMicros += took;
    KJ_IF_MAYBE (exception, failure) {
      work->fulfiller->reject(kj::mv(*exception));
    } else if (isDone) {
      work->fulfiller->fulfill(kj::cp(work->tookMicros));
    }
    // The objects that the work holds are released here, too: they may be descriptors.
    if (isDone) work.reset();
    lock.lock();
    restsUntil_ = std::max(restsUntil_, Clock::now()) + std::chrono::microseconds(took);
    if (work) queueOf(urgency).push_back(std::move(*work));
  }
}

}  // namespace brood::supervisor
