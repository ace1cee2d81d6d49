#include "supervisor/cells/context.h"

#include <kj/debug.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/plain_text.h"
#include "base/text.h"
#include "supervisor/base/clock.h"

namespace brood::supervisor {
namespace {

constexpr uint64_t kRetryAfterMs = 1'000;

}  // namespace

struct Context::Cell {
  CellOrder order;
  kj::PromiseFulfiller<CellReply>* caller = nullptr;  // nullptr: nobody waits for it any more.
  kj::TimePoint receivedAt = monotonicNow(), readyAt = receivedAt, startedAt = receivedAt;
  std::string lateOutput;
  bool isContextNew = false;
};

// The caller's end of a cell.
class Context::Caller {
 public:
  Caller(kj::PromiseFulfiller<CellReply>& fulfiller, Context& context, std::shared_ptr<Cell> cell)
      : context_(context), cell_(std::move(cell)) {
    cell_->caller = &fulfiller;
  }
  ~Caller() noexcept(false) {
    if (cell_->caller == nullptr) return;
    cell_->caller = nullptr;
    if (context_.current_ == cell_) {
      if (context_.run_.get() != nullptr) context_.run_->abandon();
    } else if (!cell_->order.isDetached) {
      std::erase(context_.queue_, cell_);
    }
  }
  KJ_DISALLOW_COPY(Caller);

 private:
  Context& context_;
  const std::shared_ptr<Cell> cell_;
};

Context::Context(SessionGround& ground, Listener& listener, std::string id, std::string language,
                 NewWorker newWorker)
    : ground_(ground),
      listener_(listener),
      id_(std::move(id)),
      language_(std::move(language)),
      newWorker_(std::move(newWorker)) {}

Context::~Context() noexcept(false) {
  serving_ = nullptr;
  run_ = nullptr;
  dropWorker();
}

void Context::begin(kj::Own<SessionWorker> worker) { takeWorker(kj::mv(worker)); }

void Context::takeWorker(kj::Own<SessionWorker> worker) {
  worker_ = kj::mv(worker);
  leftovers_ =
      kj::heap<Leftovers>(ground_.timer, worker_->pipes(), ground_.config.sessions.lateBytes);
  leftovers_->start();
  number_ = 0;
  isNewToCaller_ = !isFirst_;
}

void Context::dropWorker() {
  leftovers_ = nullptr;
  worker_ = nullptr;
}

kj::Maybe<SessionWorker&> Context::worker() {
  if (worker_.get() == nullptr) return nullptr;
  return *worker_;
}

kj::Promise<CellReply> Context::execute(CellOrder order) {
  if (closed_) return CellReply(*closed_);
  const size_t most = ground_.config.sessions.maxWaitingCells;
  if (isServing_ && queue_.size() >= most) {
    return CellReply(RejectionInfo{rpc::RejectionKind::CONFLICT, "context_busy",
                                   "context '" + id_ + "' has a cell running and " +
                                       std::to_string(queue_.size()) + " waiting; at most " +
                                       std::to_string(most) + " may wait",
                                   "context", kRetryAfterMs});
  }
  auto cell = std::make_shared<Cell>();
  cell->order = kj::mv(order);
  queue_.push_back(cell);
  auto reply = kj::newAdaptedPromise<CellReply, Caller>(*this, std::move(cell));
  serve();
  return reply;
}

void Context::serve() {
  if (isServing_ || queue_.empty()) return;
  isServing_ = true;
  listener_.noteBusy(true);
  serving_ = runNext()
                 .then([this]() {
                   isServing_ = false;
                   listener_.noteBusy(false);
                   for (auto& waiter : idleWaiters_) waiter->fulfill();
                   idleWaiters_.clear();
                 })
                 .eagerlyEvaluate([](kj::Exception&& why) {
                   spdlog::error("a session's context: {}", plainText(why));
                 });
}

kj::Promise<void> Context::runNext() {
  if (queue_.empty()) return kj::READY_NOW;
  current_ = queue_.front();
  queue_.pop_front();
  current_->readyAt = monotonicNow();
  return whenReady()
      .then([this]() { return runCell(); },
            [this](kj::Exception&& why) {
              settle(RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "sandbox_unavailable",
                                   plainText(why), "", kRetryAfterMs});
            })
      .catch_([this](kj::Exception&& why) {
        settle(RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "sandbox_unavailable", plainText(why),
                             "", kRetryAfterMs});
        isFirst_ = false;
        run_ = nullptr;
        dropWorker();
      })
      .then([this]() { return runNext(); });
}

kj::Promise<void> Context::whenReady() {
  if (worker_.get() != nullptr && !worker_->exited()) return kj::READY_NOW;
  if (worker_.get() != nullptr) isFirst_ = false;
  dropWorker();
  return newWorker_().then([this](kj::Own<SessionWorker> worker) { takeWorker(kj::mv(worker)); });
}

kj::Promise<void> Context::runCell() {
  if (current_ == nullptr) return kj::READY_NOW;  // Closed, while its interpreter was being made.
  Cell& cell = *current_;
  // Whoever has given it up has done so while its interpreter was being made.
  if (cell.caller == nullptr && !cell.order.isDetached) {
    current_ = nullptr;
    return kj::READY_NOW;
  }
  leftovers_->stop();
  cell.lateOutput = leftovers_->take();
  cell.isContextNew = isNewToCaller_;
  isNewToCaller_ = false;
  cell.startedAt = monotonicNow();
  ++cellsRun_;
  run_ = kj::heap<CellRun>(ground_, *worker_, *leftovers_, cell.order);
  return run_->run(++number_).then([this]() {
    auto end = describe(*run_);
    const bool isLost = run_->isContextLost();
    run_ = nullptr;
    if (isLost) {
      isFirst_ = false;
      dropWorker();
    } else {
      leftovers_->start();
    }
    listener_.noteCell(end);
    settle(kj::mv(end));
  });
}

CellEnd Context::describe(CellRun& run) {
  const auto now = monotonicNow();
  CellEnd end;
  end.id = current_->order.id;
  end.contextId = id_;
  end.number = number_;
  end.isContextLost = run.isContextLost();
  end.isContextNew = current_->isContextNew;
  end.facts = run.facts();
  end.verdict = run.verdict();
  end.stdout = textOf(run.stdoutCollector().collected());
  end.stderr = textOf(run.stderrCollector().collected());
  end.stdoutTruncated = run.stdoutCollector().truncated();
  end.stderrTruncated = run.stderrCollector().truncated();
  end.resultsTruncated = run.resultsTruncated();
  end.results = std::move(run.results());
  end.error = std::move(run.error());
  end.lateOutput = std::move(current_->lateOutput);
  end.queueMicros = microsBetween(current_->receivedAt, current_->readyAt);
  end.acquireMicros = microsBetween(current_->readyAt, current_->startedAt);
  end.runMicros = microsBetween(current_->startedAt, now);
  end.totalMicros = microsBetween(current_->receivedAt, now);
  return end;
}

void Context::settle(CellReply reply) {
  auto cell = std::move(current_);
  current_ = nullptr;
  if (cell == nullptr || cell->caller == nullptr) return;
  auto* caller = cell->caller;
  cell->caller = nullptr;
  caller->fulfill(kj::mv(reply));
}

void Context::interrupt() {
  if (run_.get() != nullptr) run_->nudge();
}

void Context::end(EndCause cause) {
  if (run_.get() != nullptr) {
    run_->end(cause, true);
  } else if (worker_.get() != nullptr) {
    worker_->end();
  }
}

kj::Promise<void> Context::restart() {
  end(EndCause::exited);
  if (isServing_) return kj::READY_NOW;
  if (worker_.get() != nullptr) isFirst_ = false;
  dropWorker();
  return newWorker_().then([this](kj::Own<SessionWorker> worker) {
    // A cell may have come meanwhile, and made one for itself.
    if (worker_.get() == nullptr) takeWorker(kj::mv(worker));
  });
}

void Context::close(RejectionInfo reason, EndCause cause) {
  closed_ = reason;
  auto waiting = std::move(queue_);
  queue_.clear();
  for (auto& cell : waiting) {
    if (cell->caller == nullptr) continue;
    auto* caller = cell->caller;
    cell->caller = nullptr;
    caller->fulfill(CellReply(reason));
  }
  if (run_.get() != nullptr) {
    run_->end(cause, true);
  } else if (current_ != nullptr) {
    settle(CellReply(std::move(reason)));
  }
}

kj::Promise<void> Context::whenIdle() {
  if (!isServing_) return kj::READY_NOW;
  auto paf = kj::newPromiseAndFulfiller<void>();
  idleWaiters_.push_back(kj::mv(paf.fulfiller));
  return kj::mv(paf.promise);
}

bool Context::noteDeniedCall(pid_t pid, const std::string& name) {
  if (worker_.get() == nullptr || !worker_->started(pid)) return false;
  if (run_.get() != nullptr) {
    run_->noteDeniedCall(name);
  } else {
    worker_->end();
  }
  return true;
}

}  // namespace brood::supervisor
