#include "zygote/worker_channel.h"

#include <errno.h>
#include <kj/debug.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "rpc/fd_passing.h"

namespace brood {
namespace {

// Larger than any job the supervisor admits: a guard against a stream out of step.
constexpr uint32_t kMaxJobBytes = 256u << 20;

// In proportion to the message: what the supervisor builds has no word that is reached twice, and
// the fields are read a few times at most.
capnp::ReaderOptions proportionateReading(kj::ArrayPtr<const capnp::word> message) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = 8 * message.size() + 64;
  return options;
}

// False at end of file before the first byte. A descriptor comes with that byte, if one does.
bool readExactly(int fd, kj::ArrayPtr<kj::byte> buffer, OwnedFd& passed) {
  size_t done = 0;
  while (done < buffer.size()) {
    OwnedFd surplus;
    const size_t count =
        receiveBytesWithFd(fd, buffer.slice(done, buffer.size()), done == 0 ? passed : surplus);
    if (count == 0) {
      KJ_REQUIRE(done == 0, "the channel ended within a message");
      return false;
    }
    done += count;
  }
  return true;
}

// The kernel charges a running thread at the next tick or switch, so the supervisor would read no
// CPU time at all for a job of less than a tick. A thread that asks for its own clock is charged at
// once; asking for another process's clock does not charge it.
void settleOwnCpuTime() {
  timespec ignored;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ignored);
}

// Giving back a process's memory takes the kernel milliseconds, in which it lets nobody else have
// the CPU. The answer goes first: the supervisor ends the worker once that is on its way.
void waitForDismissal(int channelFd) {
  char ignored;
  while (::read(channelFd, &ignored, sizeof(ignored)) < 0 && errno == EINTR) {
  }
}

}  // namespace

void sendWorkerFrame(int channelFd, const WorkerFrame& frame) noexcept {
  const char* bytes = reinterpret_cast<const char*>(&frame);
  size_t done = 0;
  while (done < sizeof(frame)) {
    ssize_t count = ::send(channelFd, bytes + done, sizeof(frame) - done, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    done += count;
  }
}

void endJob(int channelFd, int exitCode) noexcept {
  WorkerFrame done;
  done.kind = WorkerFrameKind::done;
  done.exitCode = exitCode & 0xff;
  settleOwnCpuTime();
  sendWorkerFrame(channelFd, done);
  waitForDismissal(channelFd);
  ::_exit(done.exitCode);
}

JobMessage receiveWorkerJob(int channelFd, kj::FunctionParam<void()> rouse) {
  JobMessage message;
  OwnedFd surplus;
  WorkerJobHeader header;
  auto headerBytes = kj::arrayPtr(reinterpret_cast<kj::byte*>(&header), sizeof(header));
  for (;;) {
    if (!readExactly(channelFd, headerBytes, message.content)) return {};
    KJ_REQUIRE(header.magic == WorkerJobHeader::kMagic, "not a job header");
    if (header.byteLength > 0) break;
    rouse();
    // So that it is charged by the time the job is sent, and to nobody's job.
    settleOwnCpuTime();
  }
  KJ_REQUIRE(header.byteLength % sizeof(capnp::word) == 0 &&
                 header.byteLength <= kMaxJobBytes,
             "impossible length of a job", header.byteLength);
  message.words = kj::heapArray<capnp::word>(header.byteLength / sizeof(capnp::word));
  KJ_REQUIRE(readExactly(channelFd, message.words.asBytes(), surplus),
             "the channel ended before the job");
  return message;
}

ReceivedJob::ReceivedJob(kj::ArrayPtr<const capnp::word> message, const Surroundings& surroundings)
    : message_(message, proportionateReading(message)), job_(message_.getRoot<wire::WorkerJob>()) {
  if (job_.getSourceName().size() > 0) {
    sourcePath_ = surroundings.sourcePathOf(job_.getSourceName());
  }
  for (auto argument : job_.getArgs()) args_.add(argument);
  // The job's own arguments come last, and mean what they say.
  const auto words = job_.getCommand();
  const unsigned ours = words.size() - std::min(words.size(), job_.getArgs().size());
  for (unsigned i = 0; i < ours; ++i) ownWords_.add(surroundings.wordOf(words[i]));
  for (const auto& word : ownWords_) command_.add(word);
  for (unsigned i = ours; i < words.size(); ++i) command_.add(words[i]);
  env_ = surroundings.variables();
  for (auto variable : job_.getEnv()) {
    env_.add(JobEnvVar{variable.getName(), variable.getValue()});
  }
}

JobSpec ReceivedJob::spec() const {
  return JobSpec{job_.getSource(), sourcePath_, args_, env_, command_};
}

ProcessLimits ReceivedJob::limits() const {
  return {.fileBytes = job_.getFileBytes(),
          .openFiles = job_.getOpenFiles(),
          .processes = job_.getProcesses(),
          .cpuSeconds = job_.getCpuSeconds(),
          .dataBytes = job_.getMemoryBytes()};
}

}  // namespace brood
