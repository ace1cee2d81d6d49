#include "zygote/slots/slot_builder.h"

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

#include "base/plain_text.h"
#include "base/policy/layer_namespaces.h"
#include "rpc/wire/fd_passing.h"
#include "zygote/layers/layer.h"
#include "zygote/layers/rlimits.h"
#include "zygote/process/oom_score.h"
#include "zygote/slots/root_template.h"
#include "zygote/slots/slot_init.h"

namespace brood::zygote {
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
  // In the request, which outlives init's set-up. A mount namespace for all has one file for all.
  plan.hosts = layers.isOn(Layer::mount) ? request.getHosts().cStr() : "";
  return plan;
}

bool hasListeners(wire::BuildSlot::Reader request) { return request.getListeners().size() > 0; }

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
                              const Techniques& techniques, WarmUpReport& report) {
  policy_ = policy;
  enterRootTemplate(rootTemplate, policy);
  int fd;
  KJ_SYSCALL(fd = ::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  proc_ = OwnedFd(fd);
  if (const int error = policy.isOn(Layer::user) ? leaveHalfToTheHost() : 0) {
    KJ_FAIL_SYSCALL("setrlimit", error, "signals of all slots together");
  }
  if (policy.isOn(Layer::ownInodes)) prepareOwnInodes(report);
  // Without a PID namespace init's end says nothing of the others'.
  if (techniques.reuseNetworks && policy.isOn(Layer::net) && policy.isOn(Layer::pid) &&
      NetworkPool::isPossible(fd)) {
    networks_.emplace(proc_.get());
  }
}

// Whether an overlay can be had depends on the kernel, on what the directories are on and on who we
// are: it is tried.
void SlotBuilder::prepareOwnInodes(WarmUpReport& report) {
  const auto lacks = [&](kj::String why, int error) {
    ownInodesError_ = error;
    report.missing.add(WarmUpReport::Missing{kj::str(nameOf(Layer::ownInodes)), kj::mv(why)});
  };
  // Without a PID namespace nobody knows when a root is not used any more. The others are what a
  // root is.
  for (Layer layer : {Layer::pid, Layer::mount, Layer::ownRoot, Layer::readOnlyRoot}) {
    if (!policy_.isOn(layer)) return lacks(kj::str("without the layer ", nameOf(layer)), ENOTSUP);
  }
  try {
    roots_.emplace(proc_.get());
  } catch (const kj::Exception& exception) {
    return lacks(kj::str(plainText(exception).c_str()), ENOTSUP);
  }
  for (const auto& shared : roots_->shared()) {
    lacks(kj::str(shared.path.c_str(), ": ", strerror(shared.errnoValue)), shared.errnoValue);
  }
}

// Each of them is a step that would have failed the slot.
LayerSet SlotBuilder::layersOfBuiltSlots() const {
  LayerSet built;
  for (Layer layer : {Layer::user, Layer::mount, Layer::pid, Layer::net, Layer::ipc, Layer::uts,
                      Layer::ownRoot, Layer::readOnlyRoot}) {
    if (policy_.isOn(layer)) built.add(layer);
  }
  if (policy_.isOn(Layer::maskedProc) && policy_.isOn(Layer::mount)) built.add(Layer::maskedProc);
  if (roots_ && ownInodesError_ == 0) built.add(Layer::ownInodes);
  // Init's is a step of its own; this process had to close itself before.
  if (policy_.isOn(Layer::dumpable) && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0) {
    built.add(Layer::dumpable);
  }
  return built;
}

void SlotBuilder::noteEnded(pid_t child) {
  if (roots_) roots_->noteEnded(child);
  if (networks_) networks_->noteEnded(child);
}

StepFailure SlotBuilder::enterPools(wire::BuildSlot::Reader request, Sockets& sockets) {
  if (roots_) {
    if (int error = roots_->enter()) return StepFailure::at(nameOf(Layer::ownInodes), error);
  }
  const StepFailure failure = enterNetwork(request, sockets);
  if (failure.errnoValue != 0 && roots_) roots_->comeHome(-1);
  return failure;
}

StepFailure SlotBuilder::enterNetwork(wire::BuildSlot::Reader request, Sockets& sockets) {
  if (hasListeners(request)) {
    // Without the layer they would listen on the host.
    if (!policy_.isOn(Layer::net)) return StepFailure::at("listeners", ENOTSUP);
    if (!outbound_) outbound_.emplace(proc_.get());
    return StepFailure::at("listeners", outbound_->enter(request.getListeners(), sockets));
  }
  return networks_ ? StepFailure::at("network", networks_->enter()) : StepFailure();
}

void SlotBuilder::leavePools(wire::BuildSlot::Reader request, pid_t init) {
  if (hasListeners(request)) {
    outbound_->comeHome();
  } else if (networks_) {
    networks_->comeHome(init);
  }
  if (roots_) roots_->comeHome(init);
}

long SlotBuilder::cloneInit(wire::BuildSlot::Reader request, Sockets& sockets, int* pidfd,
                            StepFailure& failure) {
  failure = enterPools(request, sockets);
  if (failure.errnoValue != 0) return -1;
  int flags = slotNamespaceFlags(policy_);
  if (networks_ || hasListeners(request)) flags &= ~CLONE_NEWNET;
  const long pid = cloneInto(flags, pidfd);
  if (pid < 0) failure = StepFailure::at("clone", errno);
  if (pid != 0) leavePools(request, static_cast<pid_t>(pid));
  return pid;
}

void SlotBuilder::preparePlaces(const HostPlaces& host, const LayerPolicy& policy) {
  places_.emplace(host, policy);
}

pid_t SlotBuilder::sweep() { return places_ ? places_->sweep() : 0; }

std::variant<BuiltSlot, StepFailure> SlotBuilder::build(wire::BuildSlot::Reader request,
                                                        int lifelineFd, int socketsFd) {
  if (places_) return places_->build(request.getPlace(), lifelineFd);
  KJ_REQUIRE(proc_.get() >= 0, "the root template has not been prepared");
  if (ownInodesError_ != 0 && policy_.isRequired(Layer::ownInodes)) {
    return StepFailure::at(nameOf(Layer::ownInodes), ownInodesError_);
  }
  SlotInitPlan plan = makePlan(request, policy_);
  plan.root.base = roots_ ? kOwnRootPath : kTemplatePath;
  if (!policy_.isOn(Layer::mount)) enterSharedRoot(plan.root);
  auto [idMapsWritten, tellIdMapsWritten] = newPipe();
  auto [report, tellReport] = newPipe();
  plan.reapsOrphans = policy_.isOn(Layer::pid) && !policy_.isOn(Layer::cgroupCpu);
  plan.bringsLoopbackUp = policy_.isOn(Layer::net) && !networks_ && !hasListeners(request);
  plan.lifelineFd = lifelineFd;
  plan.idMapsWrittenFd = idMapsWritten.get();
  plan.reportFd = tellReport.get();
  // Init's copy of the write end would hide from it that we gave up.
  int hiddenFromInit = tellIdMapsWritten.get();

  int pidfd = -1;
  StepFailure failure;
  Sockets sockets;
  const long pid = cloneInit(request, sockets, &pidfd, failure);
  if (pid < 0) return failure;
  if (pid == 0) {
    ::close(hiddenFromInit);
    runSlotInit(plan);
  }
  OwnedFd initPidfd(pidfd);
  idMapsWritten.reset();
  tellReport.reset();

  if (int error = haveEndedFirst(proc_.get(), static_cast<pid_t>(pid))) {
    return StepFailure::at("oom_score", error);
  }

  if (policy_.isOn(Layer::user)) {
    StepFailure mapping = writeIdMaps(pid, request);
    if (mapping.errnoValue != 0) return mapping;
  }
  if (::write(tellIdMapsWritten.get(), "", 1) != 1) return StepFailure::at("slot:init", errno);

  StepFailure outcome = StepFailure::readFrom(report.get(), "slot:init");
  if (outcome.errnoValue != 0) return outcome;
  sendSockets(socketsFd, sockets);
  return BuiltSlot{static_cast<pid_t>(pid), kj::mv(initPidfd), layersOfBuiltSlots()};
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

}  // namespace brood::zygote
