#include "zygote/slot_root.h"

#include <errno.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "zygote/layers/layer.h"
#include "zygote/root_template.h"

namespace brood {
namespace {

constexpr unsigned long kNoSymlinkFollowing = 256;  // MS_NOSYMFOLLOW, Linux 5.10.

// A bind mount of our own on top of the template: pivot_root asks for a mount that is not locked.
int enterTemplate() {
  if (::mount(kTemplatePath, kTemplatePath, nullptr, MS_BIND | MS_REC, nullptr) < 0) return errno;
  return errnoOf(::chdir(kTemplatePath));
}

int mountTmpfs(const char* target, const char* options, unsigned long flags = 0) {
  return errnoOf(::mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV | flags, options));
}

// A user namespace may mount a /proc only of a PID namespace of its own, and only where it can see
// one, so this comes before the old root goes.
//
// In it a process that is closed to others, which init is, has a number and nothing more: where
// init has the job's own host id, the files there would be the job's.
int mountProc(const LayerPolicy& layers) {
  if (layers.isOn(Layer::pid) && layers.isOn(Layer::mount)) {
    return errnoOf(::mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=1"));
  }
  return errnoOf(::mount("/proc", "proc", nullptr, MS_BIND | MS_REC, nullptr));
}

// Afterwards nothing of the builder's tree can be named from here, its /proc included.
int leaveOldRoot() {
  if (::syscall(SYS_pivot_root, ".", ".") < 0) return errno;
  if (::umount2(".", MNT_DETACH) < 0) return errno;
  return errnoOf(::chdir("/"));
}

}  // namespace

StepFailure enterSlotRoot(const SlotRootPlan& plan) noexcept {
  const unsigned long workspaceFlags =
      plan.layers.isOn(Layer::noSymlinks) ? kNoSymlinkFollowing : 0;
  if (int error = enterTemplate()) return StepFailure::at("mount:/", error);
  if (int error = mountProc(plan.layers)) return StepFailure::at("mount:/proc", error);
  if (int error = mountTmpfs("workspace", plan.workspaceOptions, workspaceFlags)) {
    return StepFailure::at("mount:/workspace", error);
  }
  if (int error = mountTmpfs("tmp", plan.tmpOptions)) return StepFailure::at("mount:/tmp", error);
  if (int error = mountTmpfs("dev/shm", plan.shmOptions)) {
    return StepFailure::at("mount:/dev/shm", error);
  }
  if (int error = leaveOldRoot()) return StepFailure::at("pivot_root", error);
  return {};
}

}  // namespace brood
