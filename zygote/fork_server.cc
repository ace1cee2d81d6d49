#include "zygote/fork_server.h"

#include <capnp/serialize.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

#include "base/plain_text.h"
#include "zygote/layers/capabilities.h"
#include "zygote/layers/landlock.h"
#include "zygote/layers/layer.h"
#include "zygote/memory/fewer_mappings.h"
#include "zygote/memory/heap_holes.h"
#include "zygote/memory/huge_pages.h"
#include "zygote/process/own_tmp.h"
#include "zygote/process/process_hygiene.h"
#include "zygote/worker/worker_channel.h"

namespace brood::zygote {
namespace {

using Clock = std::chrono::steady_clock;

// Where the descriptors of forkWorker are (zygote.capnp).
enum WorkerFdIndex : size_t { kSlotInit, kChannel, kStdin, kStdout, kStderr, kFirstCgroup };

// A fork bomb without its keeper is hunted so often before all goes.
constexpr unsigned kMostHunts = 64;

uint64_t microsSince(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
}

int openChildSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  KJ_SYSCALL(::sigprocmask(SIG_BLOCK, &signals, nullptr));
  int fd;
  KJ_SYSCALL(fd = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  return fd;
}

OwnedFd openPidfd(pid_t child) {
  // The raw call: glibc 2.36 declares its wrapper without extern "C".
  int fd;
  KJ_SYSCALL(fd = ::syscall(SYS_pidfd_open, child, 0), child);
  return OwnedFd(fd);
}

WarmUpOptions toOptions(wire::WarmUp::Reader request) {
  WarmUpOptions options;
  options.profile = kj::str(request.getProfile());
  options.preload = KJ_MAP(name, request.getPreload()) { return kj::str(name); };
  options.environment = KJ_MAP(variable, request.getEnvironment()) { return kj::str(variable); };
  options.script = kj::heapArray<kj::byte>(request.getScript());
  options.parkedCommand = KJ_MAP(word, request.getParkedCommand()) { return kj::str(word); };
  options.techniques = {.touchPages = request.getTechniques().getTouchPages(),
                        .hugePages = request.getTechniques().getHugePages(),
                        .reuseNetworks = request.getTechniques().getReuseNetworks(),
                        .joinMappings = request.getTechniques().getJoinMappings(),
                        .fillHoles = request.getTechniques().getFillHoles(),
                        .primeIdle = request.getTechniques().getPrimeIdle()};
  return options;
}

}  // namespace

ForkServer::ForkServer(int controlFd, Runtime& runtime, SlotService* slotService)
    : controlFd_(controlFd),
      events_(controlFd),
      runtime_(runtime),
      slotService_(slotService),
      childSignals_(openChildSignals()) {}

ForkServer::~ForkServer() {
  // Unreaped children keep their numbers. No waiting: a slot's init ends only once the workers of
  // other zygotes in it are reaped, and whoever adopts the dead can do that too.
  // A keeper or a caretaker has work to do before it ends.
  for (pid_t child : children_) ::kill(child, host_ == nullptr ? SIGKILL : SIGTERM);
}

void ForkServer::serve() {
  for (;;) {
    pollfd watched[] = {{controlFd_, POLLIN, 0}, {childSignals_.get(), POLLIN, 0}};
    KJ_SYSCALL(::poll(watched, std::size(watched), -1));
    if (watched[1].revents != 0) reapChildren();
    if (watched[0].revents != 0 && !handleNextRequest()) return;
  }
}

bool ForkServer::handleNextRequest() {
  ReceiveOutcome outcome = receiveMessage(controlFd_);
  if (outcome.kind == ReceiveOutcome::Kind::endOfFile) return false;
  if (outcome.kind == ReceiveOutcome::Kind::wouldBlock) return true;

  // From the heap, so that it is aligned for anything.
  auto& bytes = outcome.message.bytes;
  capnp::FlatArrayMessageReader message(kj::arrayPtr(
      reinterpret_cast<const capnp::word*>(bytes.begin()), bytes.size() / sizeof(capnp::word)));
  handle(message.getRoot<wire::ZygoteRequest>(), outcome.message.fds);
  return true;
}

// The one place that turns a broken environment into an answer: the supervisor decides whether a
// zygote that could not do something is worth keeping.
void ForkServer::handle(wire::ZygoteRequest::Reader request, Fds& fds) {
  uint64_t requestId = request.getRequestId();
  try {
    switch (request.which()) {
      case wire::ZygoteRequest::WARM_UP:
        return warmUp(requestId, request.getWarmUp());
      case wire::ZygoteRequest::BUILD_SLOT:
        return buildSlot(requestId, request.getBuildSlot(), fds);
      case wire::ZygoteRequest::FORK_WORKER:
        return forkWorker(requestId, request.getForkWorker(), fds);
    }
    events_.failed(requestId, StepFailure::at("zygote:request", EINVAL), "unknown request");
  } catch (const kj::Exception& exception) {
    events_.failed(requestId, StepFailure::at("zygote:exception", 0), plainText(exception));
  }
}

void ForkServer::warmUp(uint64_t requestId, wire::WarmUp::Reader request) {
  auto start = Clock::now();
  layers_ = LayerPolicy(LayerSet(request.getLayers().getOff()),
                        LayerSet(request.getLayers().getPreferred()));
  if (!layers_.isOn(Layer::dumpable)) {
    KJ_SYSCALL(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
  }
  sourceName_ = kj::str(request.getSourceName());
  if (request.hasPlaces()) host_ = kj::heap<HostPlaces>(request.getPlaces());
  options_ = toOptions(request);
  std::optional<OwnTmp> tmp;
  // A zygote that builds slots imports nothing, and will be in a root of its own.
  if (slotService_ == nullptr) tmp.emplace(request.getScratch());
  report_ = runtime_.warmUp(options_);
  const Techniques& techniques = options_.techniques;
  if (techniques.fillHoles) fillHeapHoles(endOfHeap(techniques.hugePages));
  const std::vector<PageRange> loaded = PrivateMappings::ofThisProcess().writable;
  runtime_.prepare();
  prepareMemory(techniques, loaded, tmp ? tmp->place() : "/tmp"_kj);
  tmp.reset();
  if (slotService_ != nullptr) {
    KJ_IF_MAYBE (host, host_) {
      slotService_->preparePlaces(**host, layers_);
      sweep();
    } else {
      slotService_->prepareRoot(request.getRootTemplate(), layers_, techniques, report_);
    }
  }
  const OwnedFd listener = installInheritedFilters();
  events_.ready(requestId, report_, touches_.largeJobWords, microsSince(start), countThreads(),
                listener);
}

// `loaded` is what there was before anything was made for workers.
void ForkServer::prepareMemory(const Techniques& techniques, const std::vector<PageRange>& loaded,
                               kj::StringPtr scratch) {
  if (techniques.joinMappings) {
    moveVariablesToFile(objectsOfStart_);
    joinMappings(techniques.hugePages);
  }
  // Also where its plan is not wanted: it shows that a fork of this interpreter works.
  KJ_IF_MAYBE (host, host_) scratch = (*host)->scratch();
  // In a directory of the host's every worker's place is another.
  const bool expects = host_ == nullptr && sourceName_.size() > 0;
  Rehearsal plan = rehearse(runtime_, scratch, expects);
  if (techniques.fillHoles) {
    // The first rehearsal has freed chunks: they are holes too.
    plan = {};
    fillHeapHoles(endOfHeap(false));
    // Workers allocate elsewhere now, so they are rehearsed again.
    if (techniques.touchPages) plan = rehearse(runtime_, scratch, expects);
  }
  if (expects) runtime_.expectAt(Surroundings().sourcePathOf(sourceName_));
  if (!techniques.primeIdle) plan.largeJobWords.clear();
  if (techniques.touchPages) touches_ = std::move(plan);
  // Last: what is written to while a child shares it is a huge page no longer. Nor is what was made
  // for workers to write to.
  if (techniques.hugePages) collapseIntoHugePages(loaded);
}

OwnedFd ForkServer::installInheritedFilters() {
  if (layers_.isOn(Layer::noNewPrivs)) forbidNewPrivileges();
  // Around its jobs' own domains: what signals all that it may can then be trusted with that.
  if (host_ != nullptr) {
    const int error = restrictByLandlock(ownProcessesOnly());
    if (error != 0) KJ_FAIL_SYSCALL("landlock", error, "signals cannot be bound to a job");
    isAlone_ = true;
  }
  const SeccompScope scope = host_ != nullptr                    ? SeccompScope::sharedNamespaces
                             : layers_.isOn(Layer::cgroupMemory) ? SeccompScope::ownNamespaces
                                                                 : SeccompScope::uncountedMemory;
  seccomp_ = SeccompPolicy::compile(scope);
  OwnedFd listener;
  std::optional<SeccompPolicy> reporting;
  if (layers_.isOn(Layer::seccompNumbers)) {
    if (SeccompPolicy::canReport()) {
      reporting = SeccompPolicy::compile(scope, SeccompPolicy::Fatal::report);
      // Somebody above us may have the only listener there can be: then fatal calls kill unnamed.
      if (reporting->installNumbers(listener) != 0) reporting.reset();
    }
    if (!reporting) filters_.numbers = seccomp_.installNumbers();
  }
  if (layers_.isOn(Layer::seccompArguments)) {
    filters_.argumentRules = (reporting ? *reporting : seccomp_).installArgumentRules();
  }
  return listener;
}

void ForkServer::buildSlot(uint64_t requestId, wire::BuildSlot::Reader request, Fds& fds) {
  KJ_REQUIRE(slotService_ != nullptr, "this zygote builds no slots");
  const bool hasListeners = request.getListeners().size() > 0;
  KJ_REQUIRE(fds.size() == (hasListeners ? 2 : 1),
             "buildSlot takes the lifeline, and a channel for listeners if there are any",
             fds.size());
  if (countThreads() != 1) {
    return events_.failed(requestId, StepFailure::at("zygote:threads", 0));
  }
  auto start = Clock::now();
  auto outcome = slotService_->build(request, fds[0].get(), hasListeners ? fds[1].get() : -1);
  if (auto* failure = std::get_if<StepFailure>(&outcome)) {
    return events_.failed(requestId, *failure);
  }
  auto& slot = std::get<BuiltSlot>(outcome);
  children_.insert(slot.initPid);
  events_.slotBuilt(requestId, slot, microsSince(start));
}

void ForkServer::forkWorker(uint64_t requestId, wire::ForkWorker::Reader request, Fds& fds) {
  KJ_REQUIRE(fds.size() >= kFirstCgroup, "forkWorker lacks descriptors", fds.size());
  if (countThreads() != 1) {
    return events_.failed(requestId, StepFailure::at("zygote:threads", 0));
  }
  auto start = Clock::now();
  StepFailure failure;
  pid_t worker = forkIntoSlot(request, fds, failure);
  if (worker < 0) return events_.failed(requestId, failure);

  children_.insert(worker);
  OwnedFd pidfd = openPidfd(worker);
  events_.workerForked(requestId, worker, pidfd.get(), microsSince(start));
}

pid_t ForkServer::forkIntoSlot(wire::ForkWorker::Reader request, const Fds& fds,
                               StepFailure& failure) {
  runtime_.beforeFork();
  pid_t pid = layers_.isOn(Layer::pid) ? slotFork_.forkInto(fds[kSlotInit].get(), failure)
                                       : SlotFork::forkHere(failure);
  if (pid == 0) becomeWorker(request, fds);
  runtime_.afterForkInParent();
  return pid;
}

void ForkServer::becomeWorker(wire::ForkWorker::Reader request, const Fds& fds) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);

  int cgroupFds[kMaxPassedFds];
  size_t cgroupCount = 0;
  for (size_t i = kFirstCgroup; i < fds.size(); ++i) cgroupFds[cgroupCount++] = fds[i].get();

  Surroundings surroundings;
  KJ_IF_MAYBE (host, host_) surroundings = Surroundings(**host, request.getPlace());
  kj::String sourcePath;
  if (sourceName_.size() > 0) sourcePath = surroundings.sourcePathOf(sourceName_);

  runWorker(runtime_, seccomp_,
            {.slotInitPidfd = fds[kSlotInit].get(),
             .channelFd = fds[kChannel].get(),
             .stdinFd = fds[kStdin].get(),
             .stdoutFd = fds[kStdout].get(),
             .stderrFd = fds[kStderr].get(),
             .cgroupProcsFds = kj::arrayPtr(cgroupFds, cgroupCount),
             .touches = touches_,
             .limits = {.fileBytes = request.getMaxFileBytes(),
                        .openFiles = request.getMaxOpenFiles(),
                        .processes = request.getMaxProcesses(),
                        .cpuSeconds = request.getMaxCpuSeconds(),
                        .signals = request.getMaxSignals()},
             .layers = layers_,
             .inherited = filters_,
             .sourcePath = sourcePath,
             .jobIdInside = layers_.isOn(Layer::user) ? kJobIdInside : request.getHostJobUid(),
             .surroundings = surroundings,
             .sharesHost = host_ != nullptr});
}

void ForkServer::reapChildren() {
  // Signals of one number merge: the queue only says that there is something to reap.
  signalfd_siginfo ignored[8];
  while (::read(childSignals_.get(), ignored, sizeof(ignored)) > 0) {
  }
  for (;;) {
    int waitStatus;
    rusage usage;
    pid_t pid = ::wait4(-1, &waitStatus, WNOHANG, &usage);
    if (pid <= 0) break;
    if (slotService_ != nullptr) slotService_->noteEnded(pid);
    if (sweepers_.erase(pid) > 0) continue;
    // Unknown: a slot's init that failed to set up, or an orphan. Nobody waits for its exit.
    if (children_.erase(pid) > 0) events_.exited(pid, waitStatus, usage);
    // Keepers and caretakers end in this way when they are told to; or when a job's process did.
    if (host_ != nullptr && WIFSIGNALED(waitStatus) && WTERMSIG(waitStatus) != SIGTERM) {
      orphanHunts_ = std::max(orphanHunts_, 1u);
      sweep();
    }
  }
  if (orphanHunts_ > 0) endOrphans();
}

void ForkServer::sweep() {
  if (slotService_ == nullptr) return;
  const pid_t sweeper = slotService_->sweep();
  if (sweeper > 0) sweepers_.insert(sweeper);
}

// The children of a dead keeper are the zygote's by now. Each one killed leaves us its own
// children, and its end is reported to us. A tree that forks faster than we kill ends all the same:
// then everything in our Landlock domain is killed.
void ForkServer::endOrphans() {
  size_t found = 0;
  for (pid_t child : childrenOfThisProcess()) {
    if (children_.contains(child) || sweepers_.contains(child)) continue;
    ::kill(child, SIGKILL);
    ++found;
  }
  orphanHunts_ = found == 0 ? 0 : orphanHunts_ + 1;
  if (orphanHunts_ <= kMostHunts || !isAlone_) return;
  ::kill(-1, SIGKILL);
  orphanHunts_ = 1;
}

}  // namespace brood::zygote
