#include "zygote/slot_builder.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "rpc/fd_passing.h"
#include "rpc/layer_namespaces.h"
#include "zygote/layers/layer.h"
#include "zygote/root_template.h"
#include "zygote/slot_init.h"

namespace brood {
namespace {

struct TmpfsSize {
  uint64_t bytes;
  uint64_t inodes;
};

template <size_t capacity>
void writeTmpfsOptions(char (&options)[capacity], TmpfsSize size, const char* mode,
                       unsigned owner) {
  // To tmpfs zero means "without limit".
  KJ_REQUIRE(size.bytes > 0 && size.inodes > 0, "a tmpfs of a slot must have limits");
  int length = std::snprintf(options, capacity, "size=%llu,nr_inodes=%llu,mode=%s,uid=%u,gid=%u",
                             static_cast<unsigned long long>(size.bytes),
                             static_cast<unsigned long long>(size.inodes), mode, owner, owner);
  KJ_ASSERT(length > 0 && static_cast<size_t>(length) < capacity);
}

// In a mount namespace that all slots share, the places are shared as well.
SlotRootPlan makeRootPlan(wire::BuildSlot::Reader request, const LayerPolicy& layers) {
  SlotRootPlan plan = {};
  plan.layers = layers;
  const unsigned owner = layers.isOn(Layer::user) ? kJobIdInside : request.getHostJobUid();
  writeTmpfsOptions(plan.workspaceOptions,
                    {request.getWorkspaceBytes(), request.getWorkspaceInodes()},
                    layers.isOn(Layer::mount) ? "0700" : "1777", owner);
  writeTmpfsOptions(plan.tmpOptions, {request.getTmpBytes(), request.getTmpInodes()}, "1777",
                    owner);
  writeTmpfsOptions(plan.shmOptions, {request.getShmBytes(), request.getShmInodes()}, "1777",
                    owner);
  return plan;
}

// In the user namespace of an ordinary user there is one id for all.
unsigned initIdInside(wire::BuildSlot::Reader request) {
  return request.getHostInitUid() == request.getHostJobUid() ? kJobIdInside : kInitIdInside;
}

SlotInitPlan makePlan(wire::BuildSlot::Reader request, const LayerPolicy& layers) {
  SlotInitPlan plan = {};
  kj::StringPtr hostname = request.getHostname();
  KJ_REQUIRE(hostname.size() > 0 && hostname.size() < sizeof(plan.hostname), hostname);
  std::memcpy(plan.hostname, hostname.begin(), hostname.size());
  plan.root = makeRootPlan(request, layers);
  plan.id = layers.isOn(Layer::user) ? initIdInside(request) : request.getHostInitUid();
  return plan;
}

// Each of them is a step that would have failed the slot.
LayerSet layersOfBuiltSlots(const LayerPolicy& policy) {
  LayerSet built;
  for (Layer layer : {Layer::user, Layer::mount, Layer::pid, Layer::net, Layer::ipc, Layer::uts,
                      Layer::ownRoot, Layer::readOnlyRoot, Layer::noSymlinks}) {
    if (policy.isOn(layer)) built.add(layer);
  }
  // Init's is a step of its own; this process had to close itself before.
  if (policy.isOn(Layer::dumpable) && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0) {
    built.add(Layer::dumpable);
  }
  return built;
}

// fork(2) into new namespaces: no CLONE_VM, so the child runs on a copy of this very stack.
// glibc's own at-fork work is left out on purpose: init calls nothing that needs it.
long cloneInto(int namespaceFlags, int* pidfd) {
  clone_args args = {};
  args.flags = static_cast<uint64_t>(namespaceFlags) | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<uint64_t>(pidfd);
  args.exit_signal = SIGCHLD;
  return ::syscall(SYS_clone3, &args, sizeof(args));
}

// A line each for init and the job, or one where they are the same. Returns 0 or errno.
int writeIdMap(int procFd, pid_t pid, const char* file, uint32_t hostInitId, uint32_t hostJobId) {
  char path[64];
  std::snprintf(path, sizeof(path), "%d/%s", pid, file);
  OwnedFd map(::openat(procFd, path, O_WRONLY | O_CLOEXEC));
  if (!map) return errno;
  char lines[96];
  int length = hostInitId == hostJobId
                   ? std::snprintf(lines, sizeof(lines), "%u %u 1\n", kJobIdInside, hostJobId)
                   : std::snprintf(lines, sizeof(lines), "%u %u 1\n%u %u 1\n", kInitIdInside,
                                   hostInitId, kJobIdInside, hostJobId);
  return ::write(map.get(), lines, length) == length ? 0 : errno;
}

}  // namespace

void SlotBuilder::prepareRoot(wire::RootTemplate::Reader rootTemplate, const LayerPolicy& policy,
                              const Techniques& techniques) {
  policy_ = policy;
  enterRootTemplate(rootTemplate, policy);
  int fd;
  KJ_SYSCALL(fd = ::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  proc_ = OwnedFd(fd);
  // Without a PID namespace init's end says nothing of the others'.
  if (techniques.reuseNetworks && policy.isOn(Layer::net) && policy.isOn(Layer::pid) &&
      NetworkPool::isPossible(fd)) {
    networks_.emplace(proc_.get());
  }
}

void SlotBuilder::noteEnded(pid_t child) {
  if (networks_) networks_->noteEnded(child);
}

long SlotBuilder::cloneInit(int* pidfd, StepFailure& failure) {
  int flags = slotNamespaceFlags(policy_);
  if (networks_) {
    if (int error = networks_->enter()) {
      failure = StepFailure::at("network", error);
      return -1;
    }
    flags &= ~CLONE_NEWNET;
  }
  const long pid = cloneInto(flags, pidfd);
  if (pid < 0) failure = StepFailure::at("clone", errno);
  if (pid != 0 && networks_) networks_->comeHome(static_cast<pid_t>(pid));
  return pid;
}

void SlotBuilder::preparePlaces(const HostPlaces& host, const LayerPolicy& policy) {
  places_.emplace(host, policy);
}

pid_t SlotBuilder::sweep() { return places_ ? places_->sweep() : 0; }

std::variant<BuiltSlot, StepFailure> SlotBuilder::build(wire::BuildSlot::Reader request,
                                                        int lifelineFd) {
  if (places_) return places_->build(request.getPlace(), lifelineFd);
  KJ_REQUIRE(proc_.get() >= 0, "the root template has not been prepared");
  SlotInitPlan plan = makePlan(request, policy_);
  if (!policy_.isOn(Layer::mount)) enterSharedRoot(plan.root);
  auto [idMapsWritten, tellIdMapsWritten] = newPipe();
  auto [report, tellReport] = newPipe();
  plan.bringsLoopbackUp = policy_.isOn(Layer::net) && !networks_;
  plan.lifelineFd = lifelineFd;
  plan.idMapsWrittenFd = idMapsWritten.get();
  plan.reportFd = tellReport.get();
  // Init's copy of the write end would hide from it that we gave up.
  int hiddenFromInit = tellIdMapsWritten.get();

  int pidfd = -1;
  StepFailure failure;
  const long pid = cloneInit(&pidfd, failure);
  if (pid < 0) return failure;
  if (pid == 0) {
    ::close(hiddenFromInit);
    runSlotInit(plan);
  }
  OwnedFd initPidfd(pidfd);
  idMapsWritten.reset();
  tellReport.reset();

  if (policy_.isOn(Layer::user)) {
    StepFailure mapping = writeIdMaps(pid, request);
    if (mapping.errnoValue != 0) return mapping;
  }
  if (::write(tellIdMapsWritten.get(), "", 1) != 1) return StepFailure::at("slot:init", errno);

  StepFailure outcome = StepFailure::readFrom(report.get(), "slot:init");
  if (outcome.errnoValue != 0) return outcome;
  return BuiltSlot{static_cast<pid_t>(pid), kj::mv(initPidfd), layersOfBuiltSlots(policy_)};
}

StepFailure SlotBuilder::writeIdMaps(pid_t pid, wire::BuildSlot::Reader request) const {
  int error =
      writeIdMap(proc_.get(), pid, "uid_map", request.getHostInitUid(), request.getHostJobUid());
  if (error != 0) return StepFailure::at("uid_map", error);
  error =
      writeIdMap(proc_.get(), pid, "gid_map", request.getHostInitGid(), request.getHostJobGid());
  return StepFailure::at("gid_map", error);
}

// Once, for all slots: they have no mount namespace but this process's.
void SlotBuilder::enterSharedRoot(const SlotRootPlan& plan) {
  if (sharedRootEntered_) return;
  const StepFailure outcome = enterSlotRoot(plan);
  if (outcome.errnoValue != 0) KJ_FAIL_SYSCALL("mount", outcome.errnoValue, outcome.layer);
  sharedRootEntered_ = true;
}

kj::Own<SlotService> makeSlotService() { return kj::heap<SlotBuilder>(); }

}  // namespace brood
