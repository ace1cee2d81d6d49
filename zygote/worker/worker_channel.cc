#include "zygote/worker/worker_channel.h"

#include <errno.h>
#include <kj/debug.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "rpc/wire/fd_passing.h"

namespace brood::zygote {
namespace {

// Larger than any job the supervisor admits: a guard against a stream out of step.
constexpr uint32_t kMaxJobBytes = 256u << 20;

// Nearly every job; the program of a larger one is read into memory of its own.
constexpr size_t kInboxWords = 512;

// In proportion to the message: what the supervisor builds has no word that is reached twice, and
// the fields are read a few times at most.
capnp::ReaderOptions proportionateReading(kj::ArrayPtr<const capnp::word> message) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = 8 * message.size() + 64;
  return options;
}

// Giving back a process's memory takes the kernel milliseconds, in which it lets nobody else have
// the CPU. The answer goes first: the supervisor ends the worker once that is on its way. Not in
// read(2), which wakes up, maybe on the supervisor's CPU, when the supervisor has read the frame
// and there is room again for another (unix_write_space(), net/unix/af_unix.c).
void waitForDismissal(int channelFd) {
  pollfd dismissal{channelFd, POLLIN, 0};
  while (::poll(&dismissal, 1, -1) < 0 && errno == EINTR) {
  }
}

bool hasSomethingToRead(int fd) {
  pollfd watched{fd, POLLIN, 0};
  return ::poll(&watched, 1, 0) != 0;
}

}  // namespace

void endJob(int channelFd, int exitCode) noexcept {
  WorkerFrame done;
  done.kind = WorkerFrameKind::done;
  done.exitCode = exitCode & 0xff;
  settleOwnCpuTime();
  sendWorkerFrame(channelFd, done);
  waitForDismissal(channelFd);
  ::_exit(done.exitCode);
}

// Zeroed, and so taken.
JobInbox::JobInbox(int channelFd)
    : channelFd_(channelFd), memory_(kj::heapArray<capnp::word>(kInboxWords)) {
  std::memset(memory_.begin(), 0, memory_.asBytes().size());
}

// False at end of file before the first byte. What is read is aligned: headers are words, too.
bool JobInbox::waitFor(size_t bytes) {
  if (begin_ == end_ || begin_ + bytes > memory_.asBytes().size()) {
    std::memmove(memory_.asBytes().begin(), unread().begin(), end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  while (end_ - begin_ < bytes) {
    OwnedFd passed;
    const size_t count = receiveBytesWithFd(
        channelFd_, memory_.asBytes().slice(end_, memory_.asBytes().size()), passed);
    if (passed) content_ = kj::mv(passed);
    if (count == 0) {
      KJ_REQUIRE(begin_ == end_, "the channel ended within a message");
      return false;
    }
    end_ += count;
  }
  return true;
}

JobMessage JobInbox::receive(ParkedWork& meanwhile) {
  WorkerJobHeader header;
  for (;;) {
    if (!waitFor(sizeof(header))) return {};
    std::memcpy(&header, unread().begin(), sizeof(header));
    begin_ += sizeof(header);
    KJ_REQUIRE(header.magic == WorkerJobHeader::kMagic, "not a job header");
    if (header.announcesJob()) break;
    if (begin_ < end_) continue;
    if (header.byteLength == WorkerJobHeader::kPrime) {
      meanwhile.prime([this] { return hasSomethingToRead(channelFd_); });
    } else {
      meanwhile.rouse();
    }
    // So that it is charged by the time the job is sent, and to nobody's job.
    settleOwnCpuTime();
  }
  KJ_REQUIRE(header.byteLength % sizeof(capnp::word) == 0 && header.byteLength <= kMaxJobBytes,
             "impossible length of a job", header.byteLength);
  return take(header.byteLength);
}

JobMessage JobInbox::take(size_t bytes) {
  if (begin_ + bytes > memory_.asBytes().size()) {
    auto larger = kj::heapArray<capnp::word>(bytes / sizeof(capnp::word));
    const auto read = unread();
    const size_t mine = std::min(read.size(), bytes);
    std::memcpy(larger.begin(), read.begin(), mine);
    memory_ = kj::mv(larger);
    begin_ = 0;
    end_ = mine;
  }
  KJ_REQUIRE(waitFor(bytes), "the channel ended before the job");
  const auto* words = memory_.begin() + begin_ / sizeof(capnp::word);
  begin_ += bytes;
  const auto beyond = unread();
  return {kj::mv(memory_), kj::arrayPtr(words, bytes / sizeof(capnp::word)), kj::mv(content_),
          beyond};
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
  if (job_.hasTerminal()) env_.add(JobEnvVar{"TERM", "xterm-256color"});
  if (job_.getFolder().size() > 0) {
    folder_ = surroundings.folderOf(job_.getFolder());
    env_.add(JobEnvVar{"PWD", folder_});
  }
  for (auto variable : job_.getEnv()) {
    env_.add(JobEnvVar{variable.getName(), variable.getValue()});
  }
}

JobSpec ReceivedJob::spec() const {
  return JobSpec{.source = job_.getSource(),
                 .sourcePath = sourcePath_,
                 .args = args_,
                 .env = env_,
                 .command = command_,
                 .hasFiles = job_.getFiles().size() > 0,
                 .folder = folder_};
}

int ReceivedJob::mergeOutput() const {
  return job_.getMergesOutput() && ::dup2(STDOUT_FILENO, STDERR_FILENO) < 0 ? errno : 0;
}

int ReceivedJob::enterFolder() const {
  return folder_.size() > 0 && ::chdir(folder_.cStr()) < 0 ? errno : 0;
}

ProcessLimits ReceivedJob::limits() const {
  return {.fileBytes = job_.getFileBytes(),
          .openFiles = job_.getOpenFiles(),
          .processes = job_.getProcesses(),
          .cpuSeconds = job_.getCpuSeconds(),
          .dataBytes = job_.getMemoryBytes()};
}

}  // namespace brood::zygote
