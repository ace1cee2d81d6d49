#include "supervisor/worker_handle.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "rpc/fd_passing.h"
#include "supervisor/clock.h"
#include "supervisor/process_tree.h"

namespace brood {
namespace {

// Longer than any honest lock-down and pre-touch; a worker that takes it is stuck.
constexpr auto kParkBound = 60 * kj::SECONDS;
// The cgroup must refuse first, since only it counts; forks that are under way count for the
// rlimit.
constexpr uint64_t kProcessesBeyond = 64;
// Where all have one user, who may have so many pending.
constexpr uint64_t kSignals = 1024;
// By so many all other jobs together may grow while this one runs.
constexpr uint64_t kProcessesOfOthers = 512;
// Stacks and arenas that programs have and do not use.
constexpr uint64_t kUncommittedBytes = 1ull << 30;

void setNonBlocking(int fd) {
  int flags;
  KJ_SYSCALL(flags = ::fcntl(fd, F_GETFL));
  KJ_SYSCALL(::fcntl(fd, F_SETFL, flags | O_NONBLOCK));
}

// 0 if there is no such process.
ino_t pidNamespaceOf(const std::string& process) {
  struct stat info;
  return ::stat(("/proc/" + process + "/ns/pid").c_str(), &info) == 0 ? info.st_ino : 0;
}

}  // namespace

WorkerPipes newWorkerPipes() {
  WorkerPipes pipes;
  std::tie(pipes.channel, pipes.workerChannel) = newStreamPair();
  std::tie(pipes.workerStdin, pipes.stdinWrite) = newPipe();
  std::tie(pipes.stdoutRead, pipes.workerStdout) = newPipe();
  std::tie(pipes.stderrRead, pipes.workerStderr) = newPipe();
  // The two ends of a pipe are separate open file descriptions: the worker's stay blocking.
  for (int fd : {pipes.channel.get(), pipes.stdinWrite.get(), pipes.stdoutRead.get(),
                 pipes.stderrRead.get()}) {
    setNonBlocking(fd);
  }
  return pipes;
}

WorkerHandle::WorkerHandle(UvEventPort& port, SlotPool& slots, kj::Own<Slot> slot,
                           kj::Own<ChildProcess> process, WorkerPipes pipes,
                           bool executesPrograms)
    : port_(port),
      slots_(slots),
      layers_{slot->layers, {}},
      slot_(kj::mv(slot)),
      process_(kj::mv(process)),
      pipes_(kj::mv(pipes)),
      executesPrograms_(executesPrograms),
      frames_(pipes_.channel.get()),
      channelObserver_(port, pipes_.channel.get(), UvFdObserver::Interest::readWrite),
      stdoutObserver_(port, pipes_.stdoutRead.get(), UvFdObserver::Interest::read),
      stderrObserver_(port, pipes_.stderrRead.get(), UvFdObserver::Interest::read) {
  if (slot_->endsWithInit()) return;
  // A directory that nobody cares for any more will be swept.
  initWatch_ = slot_->init->onExit()
                   .then([this](ProcessExit) { process_->kill(); })
                   .eagerlyEvaluate([](kj::Exception&&) {});
}

WorkerHandle::~WorkerHandle() noexcept(false) { slots_.retire(kj::mv(slot_), kj::mv(process_)); }

void WorkerHandle::noteParked() {
  cgroup().noteParked();
  cpuMicrosParked_ = cgroup().cpuMicros();
}

void WorkerHandle::setWorkspaceSize(const WorkspaceSize& size) {
  if (size == slot_->workspace) return;
  // A directory of the host is measured, not sized.
  if (slot_->endsWithInit()) resizeWorkspace(slot_->workspaceFd.get(), size);
  slot_->workspace = size;
}

kj::Promise<kj::Maybe<WorkerFrame>> WorkerHandle::readFrame() {
  auto frame = frames_.tryRead();
  if (frame != nullptr || frames_.hasEnded()) return kj::mv(frame);
  return channelObserver_.whenReadable().then([this]() { return readFrame(); });
}

kj::Promise<void> WorkerHandle::whenParked() {
  return readFrame().then([this](kj::Maybe<WorkerFrame> received) -> kj::Promise<void> {
    KJ_IF_MAYBE (frame, received) {
      const std::string step = frame->layer;
      switch (frame->kind) {
        case WorkerFrameKind::parked:
          layers_.set = layers_.set | LayerSet(frame->layers);
          return kj::READY_NOW;
        case WorkerFrameKind::missing:
          layers_.reasons.push_back(step + ": " + strerror(frame->errnoValue));
          return whenParked();
        case WorkerFrameKind::failed:
        case WorkerFrameKind::done:
        case WorkerFrameKind::result:
          break;
      }
      return KJ_EXCEPTION(FAILED, "worker could not lock down", step.c_str(),
                          strerror(frame->errnoValue), fixForStep(step).c_str());
    }
    return KJ_EXCEPTION(FAILED, "worker ended before it had parked");
  });
}

kj::Promise<void> WorkerHandle::whenOutOfMemory() {
  const int fd = slot_->cgroup->outOfMemoryFd();
  if (fd < 0) return kj::NEVER_DONE;
  auto observer = kj::heap<UvFdObserver>(port_, fd, UvFdObserver::Interest::read);
  auto readable = observer->whenReadable();
  outOfMemoryObserver_ = kj::mv(observer);
  return readable;
}

bool WorkerHandle::contains(pid_t pid) const {
  if (pid == process_->pid()) return true;
  if (!slot_->endsWithInit()) return descendsFrom(pid, process_->pid());
  const ino_t space = pidNamespaceOf(std::to_string(pid));
  // Without a PID namespace of their own its other processes cannot be told from anybody's.
  return space != 0 && space != pidNamespaceOf("self") &&
         space == pidNamespaceOf(std::to_string(slot_->init->pid()));
}

Backstops WorkerHandle::backstops(const JobLimits& limits) {
  if (slot_->endsWithInit()) return {};
  Backstops bounds{.dataBytes = 2 * limits.memoryBytes + kUncommittedBytes};
  if (slots_.sharedHost().countsOnlyOurs()) {
    bounds.processes = slot_->cgroup->tasksOfUser() + limits.processes + kProcessesOfOthers;
  }
  return bounds;
}

kj::Promise<std::string> WorkerHandle::whenCallDenied() {
  auto paf = kj::newPromiseAndFulfiller<std::string>();
  deniedCallFulfiller_ = kj::mv(paf.fulfiller);
  return kj::mv(paf.promise);
}

void WorkerHandle::noteDeniedCall(const std::string& name) {
  KJ_IF_MAYBE (waiting, deniedCallFulfiller_) (*waiting)->fulfill(std::string(name));
}

// Init is the last of its PID namespace; without one, the worker stands for what it has started,
// and a keeper ends when all that is gone.
kj::Promise<void> WorkerHandle::whenGone() {
  if (!slot_->endsWithInit()) return process_->onExit().ignoreResult();
  return kj::joinPromises(
      kj::arr(slot_->init->onExit().ignoreResult(), process_->onExit().ignoreResult()));
}

void WorkerHandle::killSlot() noexcept {
  if (slot_->endsWithInit()) slot_->init->kill();
  // Part of the slot only where that has a PID namespace.
  process_->kill();
}

kj::Promise<void> WorkerHandle::writeAll(int fd, UvFdObserver& observer,
                                         kj::ArrayPtr<const kj::byte> bytes) {
  while (bytes.size() > 0) {
    const ssize_t count = ::write(fd, bytes.begin(), bytes.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) {
        return observer.whenWritable().then(
            [this, fd, &observer, bytes]() { return writeAll(fd, observer, bytes); });
      }
      return KJ_EXCEPTION(DISCONNECTED, "worker is gone", strerror(errno));
    }
    bytes = bytes.slice(static_cast<size_t>(count), bytes.size());
  }
  return kj::READY_NOW;
}

void WorkerHandle::rouse() noexcept { sendHeader(WorkerJobHeader::kRouse); }

void WorkerHandle::prime() noexcept {
  priming_ = Priming::underWay;
  sendHeader(WorkerJobHeader::kPrime);
}

void WorkerHandle::notePrimed() {
  priming_ = Priming::done;
  noteParked();
}

void WorkerHandle::sendHeader(uint32_t byteLength) noexcept {
  WorkerJobHeader header;
  header.byteLength = byteLength;
  // Whoever is not there to hear it is found out by the job.
  [[maybe_unused]] ssize_t count =
      ::send(pipes_.channel.get(), &header, sizeof(header), MSG_NOSIGNAL | MSG_DONTWAIT);
}

kj::Promise<void> WorkerHandle::sendJob(JobMessage message) {
  auto held = kj::heap(kj::mv(message));
  auto bytes = held->bytes.asPtr().asConst();
  if (held->content) {
    // A parked worker has read all that was sent, so there is room.
    const ssize_t count = sendBytesWithFd(pipes_.channel.get(), bytes, held->content.get());
    if (count < 0) return KJ_EXCEPTION(DISCONNECTED, "worker is gone", strerror(errno));
    bytes = bytes.slice(static_cast<size_t>(count), bytes.size());
  }
  return writeAll(pipes_.channel.get(), channelObserver_, bytes).attach(kj::mv(held));
}

void WorkerHandle::closeStdin() {
  stdinObserver_ = nullptr;
  pipes_.stdinWrite.reset();
}

kj::Promise<void> WorkerHandle::feedStdin(kj::ArrayPtr<const kj::byte> bytes) {
  const int fd = pipes_.stdinWrite.get();
  // What fits into the pipe needs no polling, which is nearly every job.
  ssize_t count = bytes.size() == 0 ? 0 : ::write(fd, bytes.begin(), bytes.size());
  if (count < 0 && errno != EAGAIN && errno != EINTR) count = static_cast<ssize_t>(bytes.size());
  if (count > 0) bytes = bytes.slice(static_cast<size_t>(count), bytes.size());
  if (bytes.size() == 0) {
    closeStdin();
    return kj::READY_NOW;
  }
  auto observer = kj::heap<UvFdObserver>(port_, fd, UvFdObserver::Interest::write);
  auto& borrowed = *observer;
  stdinObserver_ = kj::mv(observer);
  return writeAll(fd, borrowed, bytes).catch_([](kj::Exception&&) {}).then([this]() {
    closeStdin();
  });
}

kj::Promise<kj::Own<WorkerHandle>> WorkerStarter::start(ForkSource& zygote,
                                                        kj::Own<Slot> slot) const {
  auto pipes = kj::heap(newWorkerPipes());
  std::vector<int> fds{slot->init->pidfd(), pipes->workerChannel.get(), pipes->workerStdin.get(),
                       pipes->workerStdout.get(), pipes->workerStderr.get()};
  for (int fd : slot->cgroup->joinFds()) fds.push_back(fd);
  const uint32_t slotId = slot->id, hostJobId = slot->hostJobId;
  const std::string place = slot->place;
  const bool executes = zygote.executesPrograms();
  auto fill = [&](wire::ZygoteRequest::Builder request) {
    auto fork = request.initForkWorker();
    fork.setSlotId(slotId);
    fork.setMaxFileBytes(limits.fileBytes.maximum);
    fork.setMaxOpenFiles(limits.openFiles.maximum);
    if (slots.sharedHost().isUsed()) {
      fork.setMaxSignals(kSignals);
    } else {
      fork.setMaxProcesses(limits.processes.maximum + kProcessesBeyond);
    }
    fork.setPlace(place);
    fork.setMaxCpuSeconds(limits.cpuTimeMs.maximum / 1000 + 1);
    fork.setHostJobUid(hostJobId);
  };
  // evalNow: a socket that breaks under the request must still give the slot back below.
  auto forked =
      kj::evalNow([&]() { return zygote.request(fill, kj::arrayPtr(fds.data(), fds.size())); });
  // Whatever goes wrong from here, the slot is taken apart and not lost.
  auto guard = kj::heap<kj::Own<Slot>>(kj::mv(slot));
  auto& heldSlot = *guard;
  auto retireIfHeld = kj::defer([&slotPool = slots, guard = kj::mv(guard)]() mutable {
    if (guard->get() != nullptr) slotPool.retire(kj::mv(*guard), nullptr);
  });
  auto& heldPipes = *pipes;
  const auto askedAt = monotonicNow();
  return forked
      .then([this, askedAt, executes, &heldSlot, &heldPipes](kj::Own<ChildProcess> process) {
        const auto forkedAt = monotonicNow();
        metrics.noteStage(Stage::workerFork, microsBetween(askedAt, forkedAt));
        heldSlot->cgroup->closeJoinFds();
        if (!heldSlot->endsWithInit()) {
          heldSlot->cgroup->watchTree(process->pid(), heldSlot->workspaceFd.get(),
                                      heldSlot->temporaryFd.get());
        }
        heldPipes.workerChannel.reset();
        heldPipes.workerStdin.reset();
        heldPipes.workerStdout.reset();
        heldPipes.workerStderr.reset();
        auto worker = kj::heap<WorkerHandle>(port, slots, kj::mv(heldSlot), kj::mv(process),
                                             kj::mv(heldPipes), executes);
        auto parked = port.timer().timeoutAfter(kParkBound, worker->whenParked());
        return parked.then([this, forkedAt, worker = kj::mv(worker)]() mutable {
          metrics.noteStage(Stage::workerPark, microsBetween(forkedAt, monotonicNow()));
          KJ_REQUIRE(worker->layers().set.includes(proven), "a worker lacks layers others have");
          worker->noteParked();
          return kj::mv(worker);
        });
      })
      .attach(kj::mv(retireIfHeld), kj::mv(pipes));
}

}  // namespace brood
