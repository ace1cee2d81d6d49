#pragma once
// An interpreter of a session that keeps its state from one cell to the next: one worker, and
// another in its place when that has been lost.

#include <kj/async.h>
#include <kj/one-of.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "supervisor/base/rejection.h"
#include "supervisor/cells/cell_run.h"

namespace brood::supervisor {

// How a cell has ended. The output and results are what nobody has been sent yet.
struct CellEnd {
  std::string id;
  std::string contextId;
  uint32_t number = 0;
  bool isContextLost = false, isContextNew = false;
  JobFacts facts;
  Verdict verdict;
  std::string stdout, stderr, lateOutput;
  bool stdoutTruncated = false, stderrTruncated = false, resultsTruncated = false;
  std::vector<RichResult> results;
  std::vector<kj::byte> error;
  uint64_t queueMicros = 0, acquireMicros = 0, runMicros = 0, totalMicros = 0;
};
using CellReply = kj::OneOf<CellEnd, RejectionInfo>;

class Context {
 public:
  // Resolves with a worker that has its opening.
  using NewWorker = std::function<kj::Promise<kj::Own<SessionWorker>>()>;
  // What others want to know: each time that it starts or stops being busy, and each cell's end.
  struct Listener {
    virtual void noteBusy(bool isBusy) = 0;
    virtual void noteCell(const CellEnd& cell) = 0;

   protected:
    ~Listener() = default;
  };

  // Borrowed, but for the names and the function.
  Context(SessionGround& ground, Listener& listener, std::string id, std::string language,
          NewWorker newWorker);
  ~Context() noexcept(false);
  KJ_DISALLOW_COPY(Context);

  const std::string& id() const { return id_; }
  const std::string& language() const { return language_; }
  bool isBusy() const { return current_.get() != nullptr; }
  // Its interpreter has ended, and the next cell gets another.
  bool isLost() const { return worker_.get() == nullptr ? !isFirst_ : worker_->exited(); }
  size_t waiting() const { return queue_.size(); }
  uint32_t cellsRun() const { return cellsRun_; }

  // It has a worker from the beginning.
  void begin(kj::Own<SessionWorker> worker);

  // Cells run one after the other, in this order. Dropping the promise gives a waiting cell up and
  // interrupts one that runs, unless it is detached. Rejected when too many wait.
  kj::Promise<CellReply> execute(CellOrder order);
  // The cell that runs, if one does.
  void interrupt();
  // What runs is ended; the next cell gets a new interpreter.
  void end(EndCause cause);
  // Likewise, and the new interpreter is there when it resolves.
  kj::Promise<void> restart();
  // All waiting cells are refused for this reason, and nothing runs any more.
  void close(RejectionInfo reason, EndCause cause);
  // Resolves when no cell runs and none waits.
  kj::Promise<void> whenIdle();

  // True if the process is one of its worker's, which is then ended.
  bool noteDeniedCall(pid_t pid, const std::string& name);
  kj::Maybe<SessionWorker&> worker();

 private:
  class Caller;
  struct Cell;

  void serve();
  kj::Promise<void> runNext();
  kj::Promise<void> whenReady();
  kj::Promise<void> runCell();
  CellEnd describe(CellRun& run);
  void settle(CellReply reply);
  void takeWorker(kj::Own<SessionWorker> worker);
  void dropWorker();

  SessionGround& ground_;
  Listener& listener_;
  const std::string id_, language_;
  const NewWorker newWorker_;
  kj::Own<SessionWorker> worker_;
  kj::Own<Leftovers> leftovers_;  // Goes before the worker whose pipes it reads.
  uint32_t number_ = 0;           // The last cell's, of this worker.
  uint32_t cellsRun_ = 0;
  bool isFirst_ = true;  // No worker has been lost yet.
  bool isNewToCaller_ =
      false;  // The next cell is the first of a worker that stands in for a lost one.
  bool isServing_ = false;
  std::deque<std::shared_ptr<Cell>> queue_;
  std::shared_ptr<Cell> current_;
  kj::Own<CellRun> run_;
  std::optional<RejectionInfo> closed_;
  std::vector<kj::Own<kj::PromiseFulfiller<void>>> idleWaiters_;
  kj::Promise<void> serving_ = nullptr;
};

}  // namespace brood::supervisor
