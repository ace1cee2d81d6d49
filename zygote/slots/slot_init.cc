#include "zygote/slots/slot_init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <cstring>
#include <iterator>

#include "zygote/layers/capabilities.h"
#include "zygote/layers/identity.h"
#include "zygote/layers/landlock.h"
#include "zygote/layers/layer.h"
#include "zygote/process/step_failure.h"
#include "zygote/slots/loopback.h"
#include "zygote/slots/network_settings.h"

namespace brood::zygote {
namespace {

// Where descriptors are once init has only the two it needs.
constexpr int kLifelineFd = 0;
constexpr int kReportFd = 1;
constexpr int kOrphansFd = 2;

[[noreturn]] void report(int reportFd, const StepFailure& outcome) {
  // A builder that is gone cannot be told, and takes the lifeline with it.
  [[maybe_unused]] ssize_t written = ::write(reportFd, &outcome, sizeof(outcome));
  ::_exit(1);
}

void step(const SlotInitPlan& plan, const char* layer, int errnoValue) {
  if (errnoValue != 0) report(plan.reportFd, StepFailure::at(layer, errnoValue));
}

void awaitIdMaps(const SlotInitPlan& plan) {
  char go;
  ssize_t count;
  do {
    count = ::read(plan.idMapsWrittenFd, &go, 1);
  } while (count < 0 && errno == EINTR);
  if (count != 1) ::_exit(1);
}

// The zygote's handlers and mask are not init's. Ignoring SIGCHLD makes the kernel reap: init never
// wakes for the orphans it adopts. But then their CPU time is nobody's, so where no cgroup counts
// it, init waits for them (times(2)). Any other signal of its namespace the kernel keeps from it.
int takeOverSignals(bool reapsOrphans) {
  if (::signal(SIGCHLD, reapsOrphans ? SIG_DFL : SIG_IGN) == SIG_ERR) return errno;
  sigset_t blocked;
  sigemptyset(&blocked);
  if (reapsOrphans) sigaddset(&blocked, SIGCHLD);
  return errnoOf(::sigprocmask(SIG_SETMASK, &blocked, nullptr));
}

// -1 with errno set if there is none to be had.
int openOrphanSignals() {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGCHLD);
  return ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

int setHostname(const char* hostname) {
  return errnoOf(::sethostname(hostname, std::strlen(hostname)));
}

void enterOwnRoot(const SlotInitPlan& plan) {
  const StepFailure outcome = enterSlotRoot(plan.root);
  if (outcome.errnoValue != 0) report(plan.reportFd, outcome);
}

int beDumpable(bool dumpable) { return errnoOf(::prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0)); }

int keepOnlyInitDescriptors(const SlotInitPlan& plan) {
  if (::dup2(plan.lifelineFd, kLifelineFd) < 0) return errno;
  if (::dup2(plan.reportFd, kReportFd) < 0) return errno;
  if (::close_range(kReportFd + 1, UINT_MAX, 0) < 0) return errno;
  // The next number that is free.
  return !plan.reapsOrphans || openOrphanSignals() == kOrphansFd ? 0 : EBADF;
}

// The end of it, or a word, which is what a supervisor says who was never told of this slot.
[[noreturn]] void waitForLifeline() {
  char ignored;
  ssize_t count;
  do {
    count = ::read(kLifelineFd, &ignored, 1);
  } while (count < 0 && errno == EINTR);
  ::_exit(0);
}

// Signals of one number merge: they only say that there is something to reap. Whatever a job sends
// here costs it more than it costs init.
void reapOrphans() {
  signalfd_siginfo ignored[8];
  while (::read(kOrphansFd, ignored, sizeof(ignored)) > 0) {
  }
  while (::waitpid(-1, nullptr, WNOHANG | __WALL) > 0) {
  }
}

[[noreturn]] void reapUntilTheEnd() {
  pollfd watched[] = {{kLifelineFd, POLLIN, 0}, {kOrphansFd, POLLIN, 0}};
  for (;;) {
    if (::poll(watched, std::size(watched), -1) < 0) continue;
    if (watched[0].revents != 0) waitForLifeline();
    if (watched[1].revents != 0) reapOrphans();
  }
}

}  // namespace

void runSlotInit(const SlotInitPlan& plan) noexcept {
  const LayerPolicy& layers = plan.root.layers;
  awaitIdMaps(plan);
  // Root inside, with every capability over the slot's own namespaces and over nothing else.
  if (layers.isOn(Layer::user)) step(plan, "identity", becomeInside(plan.id));
  step(plan, "signals", takeOverSignals(plan.reapsOrphans));
  step(plan, "session", errnoOf(::setsid()));
  if (layers.isOn(Layer::uts)) step(plan, "hostname", setHostname(plan.hostname));
  if (plan.bringsLoopbackUp) {
    step(plan, "loopback", bringLoopbackUp());
    step(plan, "network", keepQueuesShort());
  }
  if (layers.isOn(Layer::mount)) enterOwnRoot(plan);

  step(plan, "name", errnoOf(::prctl(PR_SET_NAME, "brood-init", 0, 0, 0)));
  step(plan, "capabilities", emptyCapabilityBounds());
  step(plan, "securebits", lockSecurebits());
  if (!layers.isOn(Layer::user)) step(plan, "identity", becomeInside(plan.id));
  step(plan, "capabilities", dropAllCapabilitiesOnThisThread());
  step(plan, "no_new_privs", forbidNewPrivileges());
  step(plan, "dumpable", beDumpable(!layers.isOn(Layer::dumpable)));
  // Init opens nothing any more. Whether slots have Landlock at all is their workers' to report.
  if (layers.isOn(Layer::landlock)) {
    const int error = restrictByLandlock(nothingAtAll());
    if (layers.isRequired(Layer::landlock)) step(plan, "landlock", error);
  }
  step(plan, "descriptors", keepOnlyInitDescriptors(plan));

  StepFailure none;
  if (::write(kReportFd, &none, sizeof(none)) != sizeof(none)) ::_exit(1);
  ::close(kReportFd);
  if (plan.reapsOrphans) reapUntilTheEnd();
  waitForLifeline();
}

}  // namespace brood::zygote
