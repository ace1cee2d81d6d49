#include "zygote/worker_channel.h"

#include <errno.h>
#include <kj/debug.h>
#include <sys/socket.h>
#include <unistd.h>

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

// False at end of file before the first byte.
bool readExactly(int fd, void* buffer, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t count;
    KJ_SYSCALL(count = ::read(fd, static_cast<char*>(buffer) + done, size - done));
    if (count == 0) {
      KJ_REQUIRE(done == 0, "the channel ended within a message");
      return false;
    }
    done += count;
  }
  return true;
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

kj::Array<capnp::word> receiveWorkerJob(int channelFd) {
  WorkerJobHeader header;
  if (!readExactly(channelFd, &header, sizeof(header))) return nullptr;
  KJ_REQUIRE(header.magic == WorkerJobHeader::kMagic, "not a job header");
  KJ_REQUIRE(header.byteLength > 0 && header.byteLength % sizeof(capnp::word) == 0 &&
                 header.byteLength <= kMaxJobBytes,
             "impossible length of a job", header.byteLength);
  auto message = kj::heapArray<capnp::word>(header.byteLength / sizeof(capnp::word));
  KJ_REQUIRE(readExactly(channelFd, message.begin(), header.byteLength),
             "the channel ended before the job");
  return message;
}

kj::String sourcePathOf(kj::StringPtr sourceName) { return kj::str("/workspace/", sourceName); }

ReceivedJob::ReceivedJob(kj::ArrayPtr<const capnp::word> message)
    : message_(message, proportionateReading(message)), job_(message_.getRoot<wire::WorkerJob>()) {
  if (job_.getSourceName().size() > 0) sourcePath_ = sourcePathOf(job_.getSourceName());
  for (auto argument : job_.getArgs()) args_.add(argument);
  for (auto word : job_.getCommand()) command_.add(word);
  for (auto variable : job_.getEnv()) {
    env_.add(JobEnvVar{variable.getName(), variable.getValue()});
  }
}

JobSpec ReceivedJob::spec() const {
  return JobSpec{job_.getSource(), sourcePath_, args_, env_, command_};
}

}  // namespace brood
