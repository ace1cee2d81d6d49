#pragma once
// The zygote's loop: answers the supervisor on the control socket, forks workers, reaps them.

#include <kj/common.h>
#include <sys/types.h>

#include <unordered_set>
#include <vector>

#include "base/owned_fd.h"
#include "rpc/wire/fd_passing.h"
#include "rpc/wire/zygote.capnp.h"
#include "runtimes/interface/runtime.h"
#include "zygote/control_events.h"
#include "zygote/layers/seccomp_policy.h"
#include "zygote/memory/page_ranges.h"
#include "zygote/memory/variable_file.h"
#include "zygote/slot_fork.h"
#include "zygote/slots/slot_service.h"
#include "zygote/worker/rehearsal.h"
#include "zygote/worker/surroundings.h"
#include "zygote/worker/worker.h"

namespace brood::zygote {

// Single-threaded, and proves it before every fork. Its destructor kills what it has forked.
class ForkServer {
 public:
  // controlFd is borrowed, and so are runtime and slotService; the latter is null in a zygote that
  // builds no slots.
  ForkServer(int controlFd, Runtime& runtime, SlotService* slotService);
  ~ForkServer();
  KJ_DISALLOW_COPY(ForkServer);

  // Returns when the supervisor has closed its end.
  void serve();

 private:
  using Fds = kj::Vector<OwnedFd>;

  // False at end of file.
  bool handleNextRequest();
  void handle(wire::ZygoteRequest::Reader request, Fds& fds);
  // The part of the policy that zygotes and inits can live with themselves: forks inherit it.
  // Returns the listener of fatal calls, if there is one.
  OwnedFd installInheritedFilters();
  void warmUp(uint64_t requestId, wire::WarmUp::Reader options);
  // Once all is loaded: what makes forks and workers quick.
  // A rehearsal's files are made in `scratch`.
  void prepareMemory(const Techniques& techniques, const std::vector<PageRange>& loaded,
                     kj::StringPtr scratch);
  void buildSlot(uint64_t requestId, wire::BuildSlot::Reader options, Fds& fds);
  void forkWorker(uint64_t requestId, wire::ForkWorker::Reader options, Fds& fds);
  // The pid of the worker, or -1 and the reason in `failure`. Returns in the parent only.
  pid_t forkIntoSlot(wire::ForkWorker::Reader options, const Fds& fds, StepFailure& failure);
  [[noreturn]] void becomeWorker(wire::ForkWorker::Reader options, const Fds& fds);
  void reapChildren();
  void sweep();
  // Ends the processes of a keeper that somebody has killed.
  void endOrphans();

  const int controlFd_;
  const ControlEvents events_;
  Runtime& runtime_;
  SlotService* const slotService_;
  LayerPolicy layers_;
  InheritedFilters filters_;
  SeccompPolicy seccomp_;  // Compiled once it is known what there is.
  const SlotFork slotFork_;
  const size_t objectsOfStart_ = countLoadedObjects();
  const OwnedFd childSignals_;
  Rehearsal touches_;
  kj::Maybe<kj::Own<HostPlaces>> host_;  // Where workers have no root of their own.
  bool isAlone_ = false;      // Signals reach what this zygote has forked, and nobody else.
  unsigned orphanHunts_ = 0;  // Without an end so far.
  kj::String sourceName_;     // The path that nearly every job has.
  // The options of warmUp() are kept, because what is freed is given to workers: it lies among
  // loaded memory.
  WarmUpOptions options_;
  WarmUpReport report_;
  std::unordered_set<pid_t> children_;  // Forks whose exit is reported to the supervisor.
  std::unordered_set<pid_t> sweepers_;  // Forks whose exit nobody is told of.
};

}  // namespace brood::zygote
