#include "zygote/worker.h"

#include <errno.h>
#include <kj/exception.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cstring>

#include "rpc/worker_frames.h"
#include "zygote/layers/capabilities.h"
#include "zygote/layers/descriptors.h"
#include "zygote/layers/identity.h"
#include "zygote/layers/layer.h"
#include "zygote/layers/namespaces.h"
#include "zygote/worker_channel.h"

namespace brood {
namespace {

// Reports which step failed, on the channel, and ends the worker.
class Checklist {
 public:
  explicit Checklist(int channelFd) : channelFd_(channelFd) {}

  void channelIsNow(int channelFd) { channelFd_ = channelFd; }

  void step(const char* layer, int errnoValue) const {
    if (errnoValue != 0) fail(layer, errnoValue);
  }

  // For the runtime's own steps, which may throw.
  template <typename Action>
  void attempt(const char* layer, Action&& action) const {
    try {
      action();
    } catch (const kj::Exception& exception) {
      complain(layer, kj::str(exception.getDescription()));
      fail(layer, 0);
    } catch (...) {
      fail(layer, 0);
    }
  }

  [[noreturn]] void fail(const char* layer, int errnoValue) const {
    WorkerFrame frame;
    frame.kind = WorkerFrameKind::failed;
    frame.errnoValue = errnoValue;
    std::strncpy(frame.layer, layer, sizeof(frame.layer) - 1);
    sendWorkerFrame(channelFd_, frame);
    ::_exit(EXIT_FAILURE);
  }

 private:
  // Standard error is free for the reason: the job has failed, or there is none.
  static void complain(const char* layer, kj::StringPtr reason) {
    kj::String line = kj::str("brood: ", layer, ": ", reason, "\n");
    [[maybe_unused]] ssize_t written = ::write(STDERR_FILENO, line.begin(), line.size());
  }

  int channelFd_;
};

int joinCgroups(kj::ArrayPtr<const int> cgroupProcsFds) {
  for (int fd : cgroupProcsFds) {
    // "0" is the writer, whatever its number in whichever PID namespace.
    if (::write(fd, "0", 1) < 0) return errno;
  }
  return 0;
}

int startOwnSession() {
  ::umask(022);
  return errnoOf(::setsid());
}

// A job may read /proc/self like any program. What it finds is its own: the memory belongs to the
// zygote's user namespace, against which nothing inside the slot has a capability.
int becomeDumpable() { return errnoOf(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)); }

// The order is the design: every step takes away what an earlier one needed.
void lockDown(Checklist& checklist, const SeccompPolicy& seccomp, const WorkerPlan& plan) {
  checklist.step("namespaces", joinSlotNamespaces(plan.slotInitPidfd));

  checklist.step("descriptors", keepOnlyWorkerDescriptors(
                                    {plan.channelFd, plan.stdinFd, plan.stdoutFd, plan.stderrFd}));
  checklist.channelIsNow(kWorkerChannelFd);
  checklist.step("session", startOwnSession());

  checklist.step("rlimits", applyFixedLimits());
  checklist.step("rlimits", applyLimits(plan.limits));

  checklist.step("capabilities", forbidGainingCapabilities());
  checklist.step("identity", becomeInside(kJobIdInside));
  checklist.step("workspace", errnoOf(::chdir("/workspace")));
  checklist.step("capabilities", dropAllCapabilitiesOnThisThread());
  // Landlock's place is here: it needs no_new_privs and paths of the slot's own root, and its
  // calls precede the filter.
  checklist.step("dumpable", becomeDumpable());
  // Seccomp comes last: every earlier layer needs calls that the filter denies.
  checklist.step("seccomp", seccomp.installOnThisThread());
}

// The kernel charges a running thread at the next tick or switch, so the supervisor would read no
// CPU time at all for a job of less than a tick. A thread that asks for its own clock is charged at
// once; asking for another process's clock does not charge it.
void settleOwnCpuTime() {
  timespec ignored;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ignored);
}

// Giving back a process's memory takes the kernel milliseconds, in which it lets nobody else have
// the CPU. The answer goes first: the supervisor ends the worker once that is on its way.
void waitForDismissal() noexcept {
  char ignored;
  while (::read(kWorkerChannelFd, &ignored, sizeof(ignored)) < 0 && errno == EINTR) {
  }
}

[[noreturn]] void runOneJob(Checklist& checklist, Runtime& runtime) {
  kj::Array<capnp::word> message;
  checklist.attempt("job", [&] { message = receiveWorkerJob(kWorkerChannelFd); });
  if (message.size() == 0) ::_exit(EXIT_SUCCESS);

  WorkerFrame done;
  done.kind = WorkerFrameKind::done;
  checklist.attempt("runtime:run", [&] {
    ReceivedJob job(message);
    checklist.step("rlimits", applyLimits({.fileBytes = job.reader().getFileBytes(),
                                           .openFiles = job.reader().getOpenFiles(),
                                           .cpuSeconds = job.reader().getCpuSeconds()}));
    done.exitCode = runtime.run(job.spec()) & 0xff;
  });
  settleOwnCpuTime();
  sendWorkerFrame(kWorkerChannelFd, done);
  waitForDismissal();
  ::_exit(done.exitCode);
}

}  // namespace

void runWorker(Runtime& runtime, const SeccompPolicy& seccomp, const WorkerPlan& plan) noexcept {
  Checklist checklist(plan.channelFd);
  // The cgroup comes first, so that all that follows is already charged to the job; its files are
  // the host's, and unreachable from inside.
  checklist.step("cgroup", joinCgroups(plan.cgroupProcsFds));
  plan.touches.apply();
  checklist.attempt("runtime:afterFork", [&] { runtime.afterFork(); });
  lockDown(checklist, seccomp, plan);
  checklist.attempt("runtime:park", [&] { runtime.park(); });

  WorkerFrame parked;
  parked.kind = WorkerFrameKind::parked;
  sendWorkerFrame(kWorkerChannelFd, parked);
  runOneJob(checklist, runtime);
}

}  // namespace brood
