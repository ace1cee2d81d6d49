#pragma once
// One cell on the worker of its context: sends it, watches its clocks and its output, and decides
// whether the context is kept.

#include <kj/async.h>

#include <optional>
#include <string>
#include <vector>

#include "supervisor/cells/cell_message.h"
#include "supervisor/cells/leftovers.h"
#include "supervisor/cells/session_ground.h"
#include "supervisor/files/output_collector.h"
#include "supervisor/jobs/verdict.h"

namespace brood::supervisor {

// A cell that waits or runs. Its caller may be gone.
struct CellOrder {
  std::string id;
  kj::Array<kj::byte> message;  // As encodeCell() makes it.
  JobLimits limits;
  ResultsConfig results;
  bool isRich = false, isDetached = false;
  kj::Maybe<rpc::OutputSink::Client> sink;
};

class CellRun {
 public:
  // All borrowed, until it is destroyed.
  CellRun(SessionGround& ground, SessionWorker& worker, Leftovers& leftovers, CellOrder& order);
  KJ_DISALLOW_COPY(CellRun);

  // Resolves when the cell has ended and its output is taken; the worker then waits for the next
  // one, or has been ended.
  kj::Promise<void> run(uint32_t number);

  // Interrupts the cell for this reason and, when it does not heed that, ends the context; `atOnce`
  // does so without asking. The first reason counts.
  void end(EndCause cause, bool atOnce = false);
  // Its caller has gone: nobody reads its output any more.
  void abandon();
  // The caller wants it to be interrupted, whatever it makes of that.
  void nudge();
  void noteDeniedCall(const std::string& name);

  bool isContextLost() const { return isLost_; }
  const JobFacts& facts() const { return facts_; }
  const Verdict& verdict() const { return verdict_; }
  const OutputCollector& stdoutCollector() const { return *stdout_; }
  const OutputCollector& stderrCollector() const { return *stderr_; }
  // But for those that went to the sink, and without the error.
  std::vector<RichResult>& results() { return results_; }
  std::vector<kj::byte>& error() { return error_; }
  bool resultsTruncated() { return worker_.channel().frames().resultsTruncated(); }

 private:
  enum class Sign {
    done,    // The frame that ends this cell.
    exited,  // The worker's wait status.
    broken,  // Something else came up the channel, or its end.
    asked,   // Somebody wants the cell to end.
    late,    // It has not heeded that.
  };
  struct Wish {
    EndCause cause;
    bool atOnce;
  };

  void collect(kj::Maybe<rpc::OutputSink::Client&> sink, uint64_t capBytes);
  kj::Promise<void> whenOver();
  kj::Promise<void> conclude(Sign sign);
  kj::Promise<void> interrupt();
  kj::Promise<void> keepInterrupting(int times);
  kj::Promise<void> endWorker();
  kj::Promise<Sign> whenSaid();
  kj::Promise<Sign> whenDone();
  kj::Promise<Sign> whenExited();
  kj::Promise<void> passOnResult();
  void watch();
  kj::Promise<void> watchClocks();
  kj::Promise<void> whenCpuSpent();
  kj::Promise<void> overCap(OutputCollector& output);
  void letGoOfOutput();
  void decide();

  SessionGround& ground_;
  SessionWorker& worker_;
  Leftovers& leftovers_;
  CellOrder& order_;
  kj::Maybe<rpc::OutputSink::Client&> sink_;
  std::optional<OutputCollector> stdout_, stderr_;
  bool isOutputLetGo_ = false;
  uint32_t number_ = 0;
  kj::TimePoint startedAt_ = kj::origin<kj::TimePoint>();
  uint64_t cpuMicrosBefore_ = 0;
  std::optional<Wish> wish_;
  kj::Own<kj::PromiseFulfiller<void>> wished_;
  bool isAsked_ = false, hasExited_ = false, isBroken_ = false, isLost_ = false;
  JobFacts facts_;
  Verdict verdict_;
  std::vector<RichResult> results_;
  std::vector<kj::byte> error_;
  kj::Maybe<kj::ForkedPromise<Sign>> said_;
  kj::Promise<void> clocks_ = nullptr, outputs_ = nullptr, interrupting_ = nullptr;
};

}  // namespace brood::supervisor
