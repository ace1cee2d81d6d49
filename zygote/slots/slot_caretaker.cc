#include "zygote/slots/slot_caretaker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <climits>
#include <iterator>

#include "zygote/layers/landlock.h"
#include "zygote/layers/layer.h"
#include "zygote/process/step_failure.h"
#include "zygote/process/tree_removal.h"

namespace brood::zygote {
namespace {

// Where descriptors are once it has only those it needs.
constexpr int kLifelineFd = 0;
constexpr int kDirectoryFd = 1;
constexpr int kSignalsFd = 2;
constexpr int kReportFd = 3;

// The job's processes may have a moment to live when the lifeline ends.
constexpr int kTryAgainMs = 20;
constexpr int kMostTries = 500;

void step(const CaretakerPlan& plan, const char* name, int errnoValue) {
  if (errnoValue == 0) return;
  const StepFailure failure = StepFailure::at(name, errnoValue);
  [[maybe_unused]] ssize_t written = ::write(plan.reportFd, &failure, sizeof(failure));
  ::_exit(1);
}

int openSignals(int& fd) {
  sigset_t all, wanted;
  sigfillset(&all);
  if (::sigprocmask(SIG_SETMASK, &all, nullptr) < 0) return errno;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTERM);
  fd = ::signalfd(-1, &wanted, SFD_CLOEXEC);
  return errnoOf(fd);
}

// By way of numbers that nobody has: a source may be where a target is to be.
int keepOnly(const CaretakerPlan& plan, int signalsFd) {
  constexpr int kBeyond = 500;
  const int sources[] = {plan.lifelineFd, plan.directoryFd, signalsFd, plan.reportFd};
  for (int i = 0; i < 4; ++i) {
    if (::dup2(sources[i], kBeyond + i) < 0) return errno;
  }
  for (int i = 0; i < 4; ++i) {
    if (::dup2(kBeyond + i, i) < 0) return errno;
  }
  return errnoOf(::close_range(kReportFd + 1, UINT_MAX, 0));
}

// The modes of folders it reaches through /proc, which is no matter of Landlock's.
int bindToPlace(const CaretakerPlan& plan) {
  const LandlockRule rules[] = {{plan.place, LandlockGrant::readWriteAndExecute},
                                {plan.slots, LandlockGrant::removeDirectories}};
  return restrictByLandlock({.rules = rules});
}

void waitForTheEnd() {
  pollfd watched[] = {{kLifelineFd, POLLIN, 0}, {kSignalsFd, POLLIN, 0}};
  while (::poll(watched, std::size(watched), -1) < 0) {
  }
}

[[noreturn]] void removePlace(const char* place) {
  for (int i = 0; i < kMostTries; ++i) {
    if (emptyDirectory(kDirectoryFd) && ::rmdir(place) == 0) ::_exit(0);
    ::poll(nullptr, 0, kTryAgainMs);
  }
  ::_exit(1);
}

}  // namespace

void runCaretaker(const CaretakerPlan& plan) noexcept {
  int signalsFd = -1;
  step(plan, "signals", openSignals(signalsFd));
  step(plan, "session", errnoOf(::setsid()));
  step(plan, "name", errnoOf(::prctl(PR_SET_NAME, "brood-init", 0, 0, 0)));
  step(plan, "dumpable",
       errnoOf(::prctl(PR_SET_DUMPABLE, plan.layers.isOn(Layer::dumpable) ? 0 : 1, 0, 0, 0)));
  step(plan, "landlock", bindToPlace(plan));
  step(plan, "descriptors", keepOnly(plan, signalsFd));
  const StepFailure none;
  if (::write(kReportFd, &none, sizeof(none)) != sizeof(none)) ::_exit(1);
  ::close(kReportFd);
  waitForTheEnd();
  removePlace(plan.place);
}

}  // namespace brood::zygote
