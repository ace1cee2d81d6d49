#pragma once
// One parked (or starting) worker as the supervisor holds it.

#include <kj/async.h>

#include "rpc/uv_event_port.h"
#include "rpc/worker_frames.h"
#include "supervisor/child_process.h"
#include "supervisor/frame_reader.h"
#include "supervisor/isolation.h"
#include "supervisor/job_message.h"
#include "supervisor/slot_pool.h"

namespace brood {

// The descriptors a worker is given at its fork; ours are kept, theirs are passed and closed.
struct WorkerPipes {
  OwnedFd channel, stdinWrite, stdoutRead, stderrRead;             // Ours, non-blocking.
  OwnedFd workerChannel, workerStdin, workerStdout, workerStderr;  // The worker's.
};
WorkerPipes newWorkerPipes();

// Owns the worker, its slot and our ends of its pipes. The destructor hands all of it to the slot
// pool's background teardown, which kills.
class WorkerHandle {
 public:
  WorkerHandle(UvEventPort& port, SlotPool& slots, kj::Own<Slot> slot,
               kj::Own<ChildProcess> process, WorkerPipes pipes, bool executesPrograms);
  ~WorkerHandle() noexcept(false);
  KJ_DISALLOW_COPY(WorkerHandle);

  // Whether it becomes the program that a job's command names.
  bool executesPrograms() const { return executesPrograms_; }
  uint32_t slotId() const { return slot_->id; }
  pid_t pid() const { return process_->pid(); }
  pid_t forkedBy() const { return process_->forkedBy(); }
  pid_t initPid() const { return slot_->init->pid(); }
  bool exited() const { return process_->exited() || slot_->init->exited(); }
  kj::Promise<ProcessExit> onExit() { return process_->onExit(); }
  Cgroup& cgroup() { return *slot_->cgroup; }
  void noteParked();
  // What had been used by then, the last time.
  uint64_t cpuMicrosParked() const { return cpuMicrosParked_; }
  // Before the job is handed over. The size the slot was built with costs nothing.
  void setWorkspaceSize(const WorkspaceSize& size);

  // For a job with these limits.
  Backstops backstops(const JobLimits& limits);
  int workspaceFd() const { return slot_->workspaceFd.get(); }
  // Resolves when every process of a killed sandbox has ended.
  kj::Promise<void> whenGone();
  // Kills every process of the slot at once; output already in the pipes stays readable.
  void killSlot() noexcept;
  // What this sandbox has; complete once the worker has parked.
  const AppliedLayers& layers() const { return layers_; }

  // Next frame from the worker, or nullptr once the channel has ended or carried something that is
  // not a frame (after which it is not read again).
  kj::Promise<kj::Maybe<WorkerFrame>> readFrame();
  // Same without waiting: nullptr also means "not yet".
  kj::Maybe<WorkerFrame> tryReadFrame() { return frames_.tryRead(); }
  void acceptResults(const ResultsConfig& limits) { frames_.acceptResults(limits); }
  const FrameReader& frames() const { return frames_; }
  // Resolves when the worker has parked. Rejects with the step that failed.
  kj::Promise<void> whenParked();

  // Says that a job may be on its way. To a parked worker that is a fork of its zygote.
  void rouse() noexcept;
  // Tells a parked worker that there is time to get ready for a larger job. Once.
  void prime() noexcept;
  // It has had that time, and what it took is no job's.
  void notePrimed();
  enum class Priming { none, underWay, done };
  Priming priming() const { return priming_; }
  // Writes all of it; waits while the worker is slow to read. Rejects DISCONNECTED if it is gone.
  kj::Promise<void> sendJob(JobMessage message);
  // Writes and closes stdin. A job that does not read it, or closes it, is no error.
  kj::Promise<void> feedStdin(kj::ArrayPtr<const kj::byte> bytes);

  // Resolves when the sandbox has run out of memory and some of it is being killed by the kernel;
  // never where that is all of it.
  kj::Promise<void> whenOutOfMemory();

  // Whether the process is part of this sandbox. Only for one that cannot end meanwhile.
  bool contains(pid_t pid) const;
  // One of its processes has made a system call that ends the job.
  void noteDeniedCall(const std::string& name);
  // The name of the first such call.
  kj::Promise<std::string> whenCallDenied();

  int stdoutFd() const { return pipes_.stdoutRead.get(); }
  int stderrFd() const { return pipes_.stderrRead.get(); }
  UvFdObserver& stdoutObserver() { return stdoutObserver_; }
  UvFdObserver& stderrObserver() { return stderrObserver_; }

 private:
  void sendHeader(uint32_t byteLength) noexcept;
  kj::Promise<void> writeAll(int fd, UvFdObserver& observer, kj::ArrayPtr<const kj::byte> bytes);
  void closeStdin();

  UvEventPort& port_;
  SlotPool& slots_;
  AppliedLayers layers_;
  kj::Own<Slot> slot_;
  kj::Own<ChildProcess> process_;
  WorkerPipes pipes_;
  bool executesPrograms_;
  Priming priming_ = Priming::none;
  uint64_t cpuMicrosParked_ = 0;
  FrameReader frames_;
  // Observers go before the descriptors they borrow.
  UvFdObserver channelObserver_, stdoutObserver_, stderrObserver_;
  kj::Maybe<kj::Own<UvFdObserver>> stdinObserver_, outOfMemoryObserver_;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<std::string>>> deniedCallFulfiller_;
  kj::Promise<void> initWatch_ = kj::READY_NOW;  // Goes before all that.
};

// Forks a worker from `zygote` into `slot` and resolves when it has parked. `limits` are the hard
// rlimits while parked. Rejects with the failed layer's name.
struct WorkerStarter {
  UvEventPort& port;
  SlotPool& slots;
  const LimitsConfig& limits;
  const LayerSet& proven;  // What every worker must have: the level never drops while we run.
  Metrics& metrics;

  kj::Promise<kj::Own<WorkerHandle>> start(ForkSource& zygote, kj::Own<Slot> slot) const;
};

}  // namespace brood
