#include "zygote/worker/worker.h"

#include <errno.h>
#include <kj/debug.h>
#include <kj/exception.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "base/plain_text.h"
#include "rpc/wire/worker_frames.h"
#include "zygote/layers/capabilities.h"
#include "zygote/layers/descriptors.h"
#include "zygote/layers/identity.h"
#include "zygote/layers/landlock.h"
#include "zygote/layers/layer.h"
#include "zygote/layers/namespaces.h"
#include "zygote/process/oom_score.h"
#include "zygote/service/channel_cells.h"
#include "zygote/service/channel_results.h"
#include "zygote/service/file_agent.h"
#include "zygote/service/terminal.h"
#include "zygote/worker/job_files.h"
#include "zygote/worker/keeper.h"
#include "zygote/worker/parked_program.h"
#include "zygote/worker/worker_channel.h"

namespace brood::zygote {
namespace {

// Applies what the policy wants and says on the channel what became of it.
class Checklist {
 public:
  Checklist(int channelFd, const LayerPolicy& policy) : channelFd_(channelFd), policy_(policy) {}

  void channelIsNow(int channelFd) { channelFd_ = channelFd; }
  bool wants(Layer layer) const { return policy_.isOn(layer); }
  LayerSet applied() const { return applied_; }

  // Something without which there is no worker.
  void step(const char* name, int errnoValue) const {
    if (errnoValue != 0) fail(name, errnoValue);
  }

  template <typename Apply>
  void layer(Layer layer, Apply&& apply) {
    if (!wants(layer)) return;
    const int errnoValue = apply();
    if (errnoValue == 0) {
      if (!missing_.has(layer)) applied_.add(layer);
    } else if (policy_.isRequired(layer)) {
      fail(nameOf(layer), errnoValue);
    } else {
      applied_.remove(layer);
      missing_.add(layer);
      send(WorkerFrameKind::missing, nameOf(layer), errnoValue);
    }
  }

  // For the runtime's own steps, which may throw.
  template <typename Action>
  void attempt(const char* layer, Action&& action) const {
    try {
      action();
    } catch (const kj::Exception& exception) {
      complain(layer, plainText(exception));
      fail(layer, 0);
    } catch (...) {
      fail(layer, 0);
    }
  }

  [[noreturn]] void fail(const char* name, int errnoValue) const {
    send(WorkerFrameKind::failed, name, errnoValue);
    ::_exit(EXIT_FAILURE);
  }

 private:
  void send(WorkerFrameKind kind, const char* name, int errnoValue) const {
    WorkerFrame frame;
    frame.kind = kind;
    frame.errnoValue = errnoValue;
    std::strncpy(frame.layer, name, sizeof(frame.layer) - 1);
    sendWorkerFrame(channelFd_, frame);
  }

  // Standard error is free for the reason: the job has failed, or there is none.
  static void complain(const char* layer, kj::StringPtr reason) {
    kj::String line = kj::str("brood: ", layer, ": ", reason, "\n");
    [[maybe_unused]] ssize_t written = ::write(STDERR_FILENO, line.begin(), line.size());
  }

  int channelFd_;
  const LayerPolicy& policy_;
  LayerSet applied_, missing_;  // A layer of two steps is applied if both were.
};

int joinCgroups(kj::ArrayPtr<const int> cgroupProcsFds) {
  for (int fd : cgroupProcsFds) {
    // "0" is the writer, whatever its number in whichever PID namespace.
    if (::write(fd, "0", 1) < 0) return errno;
  }
  return 0;
}

// The files of a process that closes itself belong to root (proc(5)), which no process of a shared
// host's is. Whoever could look into it meanwhile is no job: these are in domains of their own.
int volunteerForTheEnd(const WorkerPlan& plan) {
  if (!plan.sharesHost) return beEndedFirst();
  const int dumpable = ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
  if (::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0) return errno;
  const int error = beEndedFirst();
  return ::prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0) < 0 ? errno : error;
}

int startOwnSession() {
  ::umask(022);
  return errnoOf(::setsid());
}

// A job may read /proc/self like any program. What it finds is its own: the memory belongs to the
// zygote's user namespace, against which nothing inside the slot has a capability.
int becomeDumpable() { return errnoOf(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)); }

int applyProcessLimits(const ProcessLimits& limits) {
  if (int error = applyFixedLimits()) return error;
  return applyLimits(limits);
}

int completeNumbers(const SeccompPolicy& seccomp, const InheritedFilters& inherited) {
  return inherited.numbers != 0 ? inherited.numbers : seccomp.installTightening();
}

int restrictPaths(const WorkerPlan& plan) {
  if (!plan.sharesHost) return restrictByLandlock(slotLandlockPolicy());
  const auto rules = plan.surroundings.rules();
  return restrictByLandlock(sharedHostLandlockPolicy(rules));
}

// An unprivileged worker cannot drop the bounding set and does not need to: no_new_privs makes it
// ineffective. It cannot change uid either, and need not.
void dropPrivileges(Checklist& checklist, const WorkerPlan& plan) {
  if (plan.sharesHost) {
    checklist.layer(Layer::capabilities, clearAmbientCapabilities);
    checklist.layer(Layer::capabilities, dropAllCapabilitiesOnThisThread);
    checklist.layer(Layer::securebits, requireUselessSecurebits);
    return;
  }
  checklist.layer(Layer::capabilities, emptyCapabilityBounds);
  checklist.layer(Layer::securebits, lockSecurebits);
  checklist.step("identity", becomeInside(plan.jobIdInside));
}

// The order is the design: every step takes away what an earlier one needed.
void lockDown(Checklist& checklist, const SeccompPolicy& seccomp, const WorkerPlan& plan) {
  if (!plan.sharesHost) {
    checklist.step("namespaces", joinSlotNamespaces(plan.slotInitPidfd, plan.layers));
  }
  checklist.layer(Layer::cgroup, hideCgroupPaths);

  checklist.step("descriptors", placeWorkerDescriptors(
                                    {plan.channelFd, plan.stdinFd, plan.stdoutFd, plan.stderrFd}));
  checklist.channelIsNow(kWorkerChannelFd);
  checklist.layer(Layer::descriptors, closeAllOtherDescriptors);
  checklist.step("session", startOwnSession());
  checklist.layer(Layer::rlimits, [&] { return applyProcessLimits(plan.limits); });

  dropPrivileges(checklist, plan);
  checklist.step("workspace", errnoOf(::chdir(plan.surroundings.workspace().cStr())));
  checklist.layer(Layer::capabilities, dropAllCapabilitiesOnThisThread);
  checklist.layer(Layer::noNewPrivs, forbidNewPrivileges);
  // By now the paths are the slot's, and the filter does not exist yet.
  checklist.layer(Layer::landlock, [&] { return restrictPaths(plan); });
  checklist.step("own_proc", becomeDumpable());
  checklist.layer(Layer::seccompArguments, [&] { return plan.inherited.argumentRules; });
  // Last of all: every earlier layer needs calls that this denies.
  checklist.layer(Layer::seccompNumbers, [&] { return completeNumbers(seccomp, plan.inherited); });
}

class WorkWhileParked final : public ParkedWork {
 public:
  WorkWhileParked(Runtime& runtime, const TouchPlan& priming)
      : runtime_(runtime), priming_(priming) {}

  void rouse() noexcept override { runtime_.rouse(); }
  void prime(kj::FunctionParam<bool()> isWanted) noexcept override {
    priming_.applyUntil(kj::mv(isWanted));
  }

 private:
  Runtime& runtime_;
  const TouchPlan& priming_;
};

// Ends this process, in whichever way the work ends.
[[noreturn]] void serve(Runtime& runtime, ReceivedJob& job, kj::ArrayPtr<const kj::byte> beyond,
                        const WorkerPlan& plan) {
  auto spec = job.spec();
  const auto budget = ResultBudget::from(job.reader().getResults());
  switch (job.reader().getServes()) {
    case wire::Service::NOTHING: {
      ChannelResults results(kWorkerChannelFd, budget);
      if (budget.count > 0) spec.results = &results;
      endJob(kWorkerChannelFd, runtime.run(spec));
    }
    case wire::Service::CELLS: {
      ChannelCells cells(kWorkerChannelFd, beyond, budget.acknowledged);
      // Nobody waits for an end that is announced.
      ::_exit(runtime.serveCells(spec, cells));
    }
    case wire::Service::FILES: {
      FileAgent agent(kWorkerChannelFd, beyond, plan.surroundings.workspace());
      agent.serve();
      ::_exit(EXIT_SUCCESS);
    }
  }
  KJ_FAIL_REQUIRE("this worker cannot be what it is asked to be");
}

[[noreturn]] void runOneJob(Checklist& checklist, Runtime& runtime, JobInbox& inbox,
                            const WorkerPlan& plan) {
  const Surroundings& surroundings = plan.surroundings;
  JobMessage message;
  WorkWhileParked meanwhile(runtime, plan.touches.priming);
  checklist.attempt("job", [&] { message = inbox.receive(meanwhile); });
  if (message.words.size() == 0) ::_exit(EXIT_SUCCESS);

  checklist.attempt("runtime:run", [&] {
    ReceivedJob job(message.words, surroundings);
    checklist.layer(Layer::rlimits, [&] { return applyJobLimits(job.limits()); });
    checklist.step("merge_output", job.mergeOutput());
    placeJobFiles(job.reader().getFiles(), message.content.get());
    message.content.reset();
    checklist.step("folder", job.enterFolder());
    if (job.reader().hasTerminal()) {
      const auto size = job.reader().getTerminal();
      checklist.step("terminal",
                     continueInTerminal({size.getRows(), size.getColumns(), kWorkerChannelFd}));
    }
    serve(runtime, job, message.beyond, plan);
  });
  ::_exit(EXIT_FAILURE);
}

}  // namespace

void runWorker(Runtime& runtime, const SeccompPolicy& seccomp, const WorkerPlan& plan) noexcept {
  Checklist checklist(plan.channelFd, plan.layers);
  // The process that the zygote knows stays behind as the keeper.
  if (plan.sharesHost) checklist.step("keeper", forkKeptWorker(::getppid()));
  // The cgroup comes first, so that all that follows is already charged to the job; its files are
  // the host's, and unreachable from inside.
  checklist.step("cgroup", joinCgroups(plan.cgroupProcsFds));
  checklist.step("oom_score", volunteerForTheEnd(plan));
  plan.touches.parking.apply();
  checklist.attempt("runtime:afterFork", [&] { runtime.afterFork(); });
  lockDown(checklist, seccomp, plan);

  WorkerFrame parked;
  parked.kind = WorkerFrameKind::parked;
  parked.layers = checklist.applied().bits();
  checklist.attempt("runtime:program", [&] {
    ParkedProgram program = runtime.parkedProgram();
    plan.surroundings.adapt(program);
    if (program.argv.size() > 0) checklist.fail(program.argv[0].cStr(), become(program, parked));
  });
  checklist.attempt("runtime:park", [&] { runtime.park(plan.sourcePath); });
  JobInbox inbox(kWorkerChannelFd);
  sendWorkerFrame(kWorkerChannelFd, parked);
  runOneJob(checklist, runtime, inbox, plan);
}

}  // namespace brood::zygote
