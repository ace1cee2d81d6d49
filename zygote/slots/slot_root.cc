#include "zygote/slots/slot_root.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "base/owned_fd.h"
#include "zygote/layers/layer.h"
#include "zygote/slots/proc_masks.h"

namespace brood::zygote {
namespace {

// Each holds 54 KiB of the kernel's memory at most. All slots together have what kernel.pty.max
// leaves after kernel.pty.reserve, which is the host's own: enough for 192 with as many as these.
constexpr const char* kTerminals = "mode=620,ptmxmode=666,max=16";

// A bind mount of our own on top of the base: pivot_root asks for a mount that is not locked.
int enterBase(const char* base) {
  if (::mount(base, base, nullptr, MS_BIND | MS_REC, nullptr) < 0) return errno;
  return errnoOf(::chdir(base));
}

int mountTmpfs(const char* target, const char* options) {
  return errnoOf(::mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options));
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

// No protection: where there are none, openpty(3) says so.
void mountTerminals() { ::mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, kTerminals); }

// A file of the slot's own, without a name in any place where the job could write to it.
int mountHosts(const char* text) {
  constexpr const char* kMadeAt = "dev/shm/hosts";
  const size_t size = std::strlen(text);
  const OwnedFd file(::open(kMadeAt, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (!file || ::fchmod(file.get(), 0444) < 0) return errno;
  const ssize_t written = ::write(file.get(), text, size);
  if (written < 0) return errno;
  if (static_cast<size_t>(written) != size) return ENOSPC;
  if (::mount(kMadeAt, "etc/hosts", nullptr, MS_BIND, nullptr) < 0) return errno;
  constexpr unsigned long kFlags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV;
  if (::mount(nullptr, "etc/hosts", nullptr, kFlags, nullptr) < 0) return errno;
  return errnoOf(::unlink(kMadeAt));
}

// Afterwards nothing of the builder's tree can be named from here, its /proc included.
int leaveOldRoot() {
  if (::syscall(SYS_pivot_root, ".", ".") < 0) return errno;
  if (::umount2(".", MNT_DETACH) < 0) return errno;
  return errnoOf(::chdir("/"));
}

}  // namespace

StepFailure enterSlotRoot(const SlotRootPlan& plan) noexcept {
  if (int error = enterBase(plan.base)) return StepFailure::at("mount:/", error);
  if (int error = mountProc(plan.layers)) return StepFailure::at("mount:/proc", error);
  const bool isOwn = plan.layers.isOn(Layer::mount);
  if (isOwn && plan.layers.isOn(Layer::maskedProc)) {
    if (int error = maskProc()) return StepFailure::at("masked_proc", error);
  }
  if (isOwn) mountTerminals();
  if (int error = mountTmpfs("workspace", plan.workspaceOptions)) {
    return StepFailure::at("mount:/workspace", error);
  }
  if (int error = mountTmpfs("tmp", plan.tmpOptions)) return StepFailure::at("mount:/tmp", error);
  if (int error = mountTmpfs("dev/shm", plan.shmOptions)) {
    return StepFailure::at("mount:/dev/shm", error);
  }
  if (plan.hosts[0] != 0) {
    if (int error = mountHosts(plan.hosts)) return StepFailure::at("mount:/etc/hosts", error);
  }
  if (int error = leaveOldRoot()) return StepFailure::at("pivot_root", error);
  return {};
}

}  // namespace brood::zygote
