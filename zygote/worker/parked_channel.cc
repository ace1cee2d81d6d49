#include "runtimes/interface/parked_channel.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/owned_fd.h"
#include "zygote/layers/descriptors.h"
#include "zygote/service/cell_input.h"
#include "zygote/worker/job_files.h"
#include "zygote/worker/parked_program.h"
#include "zygote/worker/worker_channel.h"

namespace brood::zygote {
namespace {

class WorkerParkedChannel final : public ParkedChannel {
 public:
  WorkerParkedChannel() : parkedFrame_(readParkedFrame()) {
    // Left open for us alone, and not for programs that the job starts.
    KJ_SYSCALL(::fcntl(kWorkerChannelFd, F_SETFD, FD_CLOEXEC), "this process is no parked worker");
  }

  kj::Maybe<JobSpec> takeJob() override {
    sendWorkerFrame(kWorkerChannelFd, parkedFrame_);
    message_ = inbox_.receive();
    if (message_.words.size() == 0) return nullptr;
    job_ = kj::heap<ReceivedJob>(message_.words, surroundings_);
    if (int error = applyLimits(job_->limits())) KJ_FAIL_SYSCALL("setrlimit", error);
    if (int error = job_->mergeOutput()) KJ_FAIL_SYSCALL("dup2", error);
    placeJobFiles(job_->reader().getFiles(), message_.content.get());
    message_.content.reset();
    auto spec = job_->spec();
    if (job_->reader().getServes() == wire::Service::CELLS) {
      context_.begun = message_.beyond;
      context_.acknowledgesResults = job_->reader().getResults().getAcknowledged();
      spec.context = &context_;
    }
    return spec;
  }

  [[noreturn]] void done(int exitCode) noexcept override { endJob(kWorkerChannelFd, exitCode); }

 private:
  static WorkerFrame readParkedFrame() {
    OwnedFd frameFd(kParkedFrameFd);
    WorkerFrame frame;
    ssize_t count;
    KJ_SYSCALL(count = ::read(frameFd.get(), &frame, sizeof(frame)),
               "this process is no parked worker");
    KJ_REQUIRE(count == sizeof(frame) && frame.magic == WorkerFrame::kMagic, "not a frame");
    return frame;
  }

  const WorkerFrame parkedFrame_;
  const Surroundings surroundings_ = Surroundings::ofWorkingDirectory();
  JobInbox inbox_{kWorkerChannelFd};
  JobMessage message_;
  kj::Own<ReceivedJob> job_;
  OpenedContext context_;
};

struct Ending {
  kj::Own<ParkedChannel> channel;
  pid_t pid;
};

void endReply(int exitStatus, void* argument) {
  auto* ending = static_cast<Ending*>(argument);
  if (::getpid() == ending->pid) ending->channel->done(exitStatus);
}

}  // namespace
}  // namespace brood::zygote

namespace brood {

void placeParkedInput(kj::ArrayPtr<const kj::byte> bytes) { zygote::placeCellInput(bytes); }

kj::Own<ParkedChannel> openParkedChannel() { return kj::heap<zygote::WorkerParkedChannel>(); }

kj::Maybe<JobSpec> takeParkedJob() {
  auto* ending = new zygote::Ending{openParkedChannel(), ::getpid()};  // Until the process ends.
  auto job = ending->channel->takeJob();
  KJ_IF_MAYBE (taken, job) {
    // Nobody waits for a context's end to be announced.
    if (taken->context != nullptr) return job;
    KJ_REQUIRE(::on_exit(&zygote::endReply, ending) == 0);
  } else {
    delete ending;
  }
  return job;
}

}  // namespace brood
