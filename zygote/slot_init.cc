#include "zygote/slot_init.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <cstring>

#include "zygote/layers/capabilities.h"
#include "zygote/layers/identity.h"
#include "zygote/layers/layer.h"
#include "zygote/root_template.h"
#include "zygote/step_failure.h"

namespace brood {
namespace {

// Where descriptors are once init has only the two it needs.
constexpr int kLifelineFd = 0;
constexpr int kReportFd = 1;

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
// wakes for the orphans it adopts.
int takeOverSignals() {
  if (::signal(SIGCHLD, SIG_IGN) == SIG_ERR) return errno;
  sigset_t none;
  sigemptyset(&none);
  return errnoOf(::sigprocmask(SIG_SETMASK, &none, nullptr));
}

int bringLoopbackUp() {
  int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  ifreq request = {};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  int error = errnoOf(::ioctl(fd, SIOCSIFFLAGS, &request));
  ::close(fd);
  return error;
}

int mountTmpfs(const char* target, const char* options) {
  return errnoOf(::mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options));
}

int mountProc(const char* target) {
  return errnoOf(::mount("proc", target, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr));
}

// A bind mount of our own on top of the template: pivot_root asks for a mount that is not locked.
int enterTemplate() {
  if (::mount(kTemplatePath, kTemplatePath, nullptr, MS_BIND | MS_REC, nullptr) < 0) return errno;
  return errnoOf(::chdir(kTemplatePath));
}

// Afterwards nothing of the builder's tree can be named from here, its /proc included.
int leaveOldRoot() {
  if (::syscall(SYS_pivot_root, ".", ".") < 0) return errno;
  if (::umount2(".", MNT_DETACH) < 0) return errno;
  return errnoOf(::chdir("/"));
}

int keepOnlyInitDescriptors(const SlotInitPlan& plan) {
  if (::dup2(plan.lifelineFd, kLifelineFd) < 0) return errno;
  if (::dup2(plan.reportFd, kReportFd) < 0) return errno;
  return errnoOf(::close_range(kReportFd + 1, UINT_MAX, 0));
}

[[noreturn]] void waitForLifeline() {
  char ignored;
  ssize_t count;
  do {
    count = ::read(kLifelineFd, &ignored, 1);
  } while (count > 0 || (count < 0 && errno == EINTR));
  ::_exit(0);
}

}  // namespace

void runSlotInit(const SlotInitPlan& plan) noexcept {
  awaitIdMaps(plan);
  step(plan, "identity", becomeInside(kInitIdInside));
  step(plan, "signals", takeOverSignals());
  step(plan, "session", errnoOf(::setsid()));
  step(plan, "hostname", errnoOf(::sethostname(plan.hostname, std::strlen(plan.hostname))));
  step(plan, "loopback", bringLoopbackUp());

  step(plan, "mount:/", enterTemplate());
  // Before the old root goes: a user namespace may mount a /proc only where it can see one.
  step(plan, "mount:/proc", mountProc("proc"));
  step(plan, "mount:/workspace", mountTmpfs("workspace", plan.workspaceOptions));
  step(plan, "mount:/tmp", mountTmpfs("tmp", plan.tmpOptions));
  step(plan, "mount:/dev/shm", mountTmpfs("dev/shm", plan.shmOptions));
  step(plan, "pivot_root", leaveOldRoot());

  step(plan, "name", errnoOf(::prctl(PR_SET_NAME, "brood-init", 0, 0, 0)));
  step(plan, "capabilities", forbidGainingCapabilities());
  step(plan, "capabilities", dropAllCapabilitiesOnThisThread());
  step(plan, "dumpable", errnoOf(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)));
  step(plan, "descriptors", keepOnlyInitDescriptors(plan));

  StepFailure none;
  if (::write(kReportFd, &none, sizeof(none)) != sizeof(none)) ::_exit(1);
  ::close(kReportFd);
  waitForLifeline();
}

}  // namespace brood
