#include "tests/unit/zygote/zygote_harness.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace brood::zygote {
namespace {

constexpr uint32_t kFirstHostId = 730000;

// fork and exec only: no test may have threads while it starts a zygote.
pid_t spawnZygote(int controlFd) {
  pid_t pid;
  KJ_SYSCALL(pid = ::fork());
  if (pid != 0) return pid;
  if (::dup2(controlFd, 3) < 0) ::_exit(120);
  const char* argv[] = {BROOD_ZYGOTE_NONE, nullptr};
  const char* environment[] = {"SUPERVISOR_SECRET=hidden", nullptr};
  ::execve(argv[0], const_cast<char**>(argv), const_cast<char**>(environment));
  ::_exit(122);
}

bool readExactly(int fd, void* buffer, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t count = ::read(fd, static_cast<char*>(buffer) + done, size - done);
    if (count <= 0) return false;
    done += count;
  }
  return true;
}

}  // namespace

std::string readWholeFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

void awaitEnd(int pidfd) {
  pollfd watched = {pidfd, POLLIN, 0};
  KJ_SYSCALL(::poll(&watched, 1, -1));
}

ZygoteHarness::ZygoteHarness(const LayerPolicy& layers) {
  char pattern[] = "/tmp/brood-zygote-test-XXXXXX";
  KJ_REQUIRE(::mkdtemp(pattern) != nullptr);
  stagingDir_ = pattern;
  auto [ours, theirs] = newSeqpacketPair();
  // Above 3, where the child needs it: dup2 onto itself would leave CLOEXEC set.
  OwnedFd theirsHigh(::fcntl(theirs.get(), F_DUPFD_CLOEXEC, 10));
  zygotePid_ = spawnZygote(theirsHigh.get());
  control_ = kj::mv(ours);
  theirs.reset();
  theirsHigh.reset();

  send(
      [&](wire::ZygoteRequest::Builder request) {
        auto warmUp = request.initWarmUp();
        warmUp.setProfile("test");
        auto layersOut = warmUp.initLayers();
        layersOut.setOff(layers.all(LayerMode::off).bits());
        layersOut.setPreferred(layers.all(LayerMode::preferred).bits());
        auto rootTemplate = warmUp.initRootTemplate();
        rootTemplate.setStagingDir(stagingDir_);
        auto binds = rootTemplate.initReadOnlyBinds(2);
        binds.set(0, "/usr");
        binds.set(1, "/lib");
        auto copies = rootTemplate.initCopies(3);
        copies.set(0, "/etc/ld.so.cache");
        copies.set(1, "/etc/alternatives");
        copies.set(2, "/etc/there-is-no-such-file");
      },
      {});
  Answer answer = awaitAnswer();
  KJ_REQUIRE(answer.failure.layer.empty(), answer.failure.layer.c_str());
}

ZygoteHarness::~ZygoteHarness() {
  if (control_) stop();
  std::filesystem::remove(stagingDir_);
}

int ZygoteHarness::stop() {
  control_.reset();
  int status = -1;
  ::waitpid(zygotePid_, &status, 0);
  return status;
}

void ZygoteHarness::send(const Fill& fill, const std::vector<int>& fds) {
  capnp::MallocMessageBuilder message;
  auto request = message.initRoot<wire::ZygoteRequest>();
  request.setRequestId(++lastRequestId_);
  fill(request);
  auto words = capnp::messageToFlatArray(message);
  sendMessage(control_.get(), words.asBytes(), kj::arrayPtr(fds.data(), fds.size()));
}

bool ZygoteHarness::readEvent(Answer* answer) {
  ReceiveOutcome outcome = receiveMessage(control_.get());
  KJ_REQUIRE(outcome.kind == ReceiveOutcome::Kind::message, "the zygote is gone");
  auto& bytes = outcome.message.bytes;
  auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.begin(), bytes.begin(), bytes.size());
  capnp::FlatArrayMessageReader reader(words);
  auto event = reader.getRoot<wire::ZygoteEvent>();
  if (event.isExited()) {
    waitStatuses_[event.getExited().getPid()] = event.getExited().getWaitStatus();
    return false;
  }
  KJ_REQUIRE(answer != nullptr && event.getRequestId() == lastRequestId_, "unexpected event");
  if (event.isFailed()) {
    answer->failure = {event.getFailed().getLayer().cStr(), event.getFailed().getErrnoValue()};
    return true;
  }
  if (event.isReady()) return true;
  answer->pid =
      event.isSlotBuilt() ? event.getSlotBuilt().getPid() : event.getWorkerForked().getPid();
  if (event.isSlotBuilt()) answer->layers = LayerSet(event.getSlotBuilt().getLayers());
  KJ_REQUIRE(outcome.message.fds.size() == 1, "an answer without its pidfd");
  answer->pidfd = kj::mv(outcome.message.fds[0]);
  return true;
}

ZygoteHarness::Answer ZygoteHarness::awaitAnswer() {
  Answer answer;
  while (!readEvent(&answer)) {
  }
  return answer;
}

int ZygoteHarness::waitForExit(pid_t pid) {
  while (waitStatuses_.count(pid) == 0) readEvent(nullptr);
  return waitStatuses_[pid];
}

TestSlot ZygoteHarness::buildSlot(const SlotOptions& options) {
  TestSlot slot;
  auto [lifelineRead, lifelineWrite] = newPipe();
  send(
      [&](wire::ZygoteRequest::Builder request) {
        auto build = request.initBuildSlot();
        build.setHostname("sandbox");
        build.setHostInitUid(kFirstHostId);
        build.setHostInitGid(kFirstHostId);
        build.setHostJobUid(options.hostJobUid != 0 ? options.hostJobUid : kFirstHostId + 1);
        build.setHostJobGid(kFirstHostId + 1);
        build.setWorkspaceBytes(options.workspaceBytes);
        build.setWorkspaceInodes(options.workspaceInodes);
        build.setTmpBytes(options.tmpBytes);
        build.setTmpInodes(options.tmpInodes);
        build.setShmBytes(options.shmBytes);
        build.setShmInodes(16);
      },
      {lifelineRead.get()});
  Answer answer = awaitAnswer();
  slot.initPid = answer.pid;
  slot.initPidfd = kj::mv(answer.pidfd);
  slot.lifeline = kj::mv(lifelineWrite);
  slot.layers = answer.layers;
  slot.failure = answer.failure;
  return slot;
}

TestWorker ZygoteHarness::forkWorker(const TestSlot& slot, const std::vector<int>& cgroupFds) {
  TestWorker worker;
  auto [channel, workerChannel] = newStreamPair();
  auto [stdinRead, stdinWrite] = newPipe();
  auto [stdoutRead, stdoutWrite] = newPipe();
  auto [stderrRead, stderrWrite] = newPipe();
  std::vector<int> fds = {slot.initPidfd.get(), workerChannel.get(), stdinRead.get(),
                          stdoutWrite.get(), stderrWrite.get()};
  fds.insert(fds.end(), cgroupFds.begin(), cgroupFds.end());
  send(
      [&](wire::ZygoteRequest::Builder request) {
        auto fork = request.initForkWorker();
        fork.setMaxFileBytes(64 << 20);
        fork.setMaxOpenFiles(256);
        fork.setMaxProcesses(64);
        fork.setMaxCpuSeconds(60);
        fork.setHostJobUid(kFirstHostId + 1);
      },
      fds);
  Answer answer = awaitAnswer();
  worker.pid = answer.pid;
  worker.pidfd = kj::mv(answer.pidfd);
  worker.failure = answer.failure;
  worker.channel = kj::mv(channel);
  worker.stdinWrite = kj::mv(stdinWrite);
  worker.stdoutRead = kj::mv(stdoutRead);
  worker.stderrRead = kj::mv(stderrRead);
  return worker;
}

JobResult ZygoteHarness::run(const TestSlot& slot, const JobOptions& job) {
  TestWorker worker = forkWorker(slot);
  KJ_REQUIRE(worker.pid > 0, worker.failure.layer.c_str(), worker.failure.errnoValue);
  WorkerFrame frame = worker.readFrame();
  while (frame.kind == WorkerFrameKind::missing) frame = worker.readFrame();
  KJ_REQUIRE(frame.kind == WorkerFrameKind::parked, frame.layer, frame.errnoValue);
  worker.sendJob(job);
  JobResult result;
  worker.readOutput(result);
  result.waitStatus = waitForExit(worker.pid);
  return result;
}

JobResult ZygoteHarness::sh(const TestSlot& slot, const std::string& script) {
  JobOptions job;
  job.command = {"/bin/sh", "/workspace/main.sh"};
  job.source = script;
  job.sourceName = "main.sh";
  return run(slot, job);
}

WorkerFrame TestWorker::readFrame() {
  WorkerFrame frame;
  if (!readExactly(channel.get(), &frame, sizeof(frame))) frame.kind = WorkerFrameKind{0};
  return frame;
}

void TestWorker::open(const JobOptions& options) {
  capnp::MallocMessageBuilder message;
  auto job = message.initRoot<wire::WorkerJob>();
  job.setSource(kj::StringPtr(options.source.c_str(), options.source.size()).asBytes());
  job.setSourceName(options.sourceName);
  job.setOpenFiles(options.openFiles);
  job.setFileBytes(options.fileBytes);
  job.setServes(options.serves);
  job.setFolder(options.folder);
  if (options.hasTerminal) {
    auto size = job.initTerminal();
    size.setRows(24);
    size.setColumns(80);
  }
  auto command = job.initCommand(options.command.size());
  for (size_t i = 0; i < options.command.size(); ++i) command.set(i, options.command[i]);
  auto env = job.initEnv(options.env.size());
  for (size_t i = 0; i < options.env.size(); ++i) {
    env[i].setName(options.env[i].first);
    env[i].setValue(options.env[i].second);
  }
  auto words = capnp::messageToFlatArray(message);
  WorkerJobHeader header;
  header.byteLength = words.asBytes().size();
  KJ_SYSCALL(::write(channel.get(), &header, sizeof(header)));
  KJ_SYSCALL(::write(channel.get(), words.begin(), header.byteLength));
}

void TestWorker::sendJob(const JobOptions& options) {
  open(options);
  // A worker that is done is dismissed at once.
  KJ_SYSCALL(::shutdown(channel.get(), SHUT_WR));
  KJ_SYSCALL(::write(stdinWrite.get(), options.stdinText.data(), options.stdinText.size()));
  stdinWrite.reset();
}

void TestWorker::readOutput(JobResult& result) {
  pollfd watched[] = {{stdoutRead.get(), POLLIN, 0}, {stderrRead.get(), POLLIN, 0}};
  std::string* texts[] = {&result.stdoutText, &result.stderrText};
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    KJ_SYSCALL(::poll(watched, 2, -1));
    for (int i = 0; i < 2; ++i) {
      if (watched[i].fd < 0 || watched[i].revents == 0) continue;
      char buffer[4096];
      ssize_t count;
      KJ_SYSCALL(count = ::read(watched[i].fd, buffer, sizeof(buffer)));
      if (count == 0) watched[i].fd = -1;
      if (count > 0) texts[i]->append(buffer, count);
    }
  }
}

}  // namespace brood::zygote
