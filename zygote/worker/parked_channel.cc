#include "runtimes/parked_channel.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <unistd.h>

#include "rpc/owned_fd.h"
#include "zygote/job_files.h"
#include "zygote/layers/descriptors.h"
#include "zygote/parked_program.h"
#include "zygote/worker_channel.h"

namespace brood {
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
    placeJobFiles(job_->reader().getFiles(), message_.content.get());
    message_.content.reset();
    return job_->spec();
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
};

}  // namespace

kj::Own<ParkedChannel> openParkedChannel() { return kj::heap<WorkerParkedChannel>(); }

}  // namespace brood
