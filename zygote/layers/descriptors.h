#pragma once
// Descriptors: exactly 0, 1, 2 and the channel.

namespace brood::zygote {

// Where the channel is in every worker. CLOEXEC: a program the job starts does not see it.
constexpr int kWorkerChannelFd = 3;

struct WorkerDescriptors {  // All borrowed, all above kWorkerChannelFd.
  int channelFd;
  int stdinFd;
  int stdoutFd;
  int stderrFd;
};

// Moves the four to 0, 1, 2 and kWorkerChannelFd. Also changes the mode of each pipe, so that the
// job can open /dev/stdout by name. Only a pipe's owner may do that: call it before the uid change.
// Returns 0 or errno.
int placeWorkerDescriptors(const WorkerDescriptors& descriptors);

// Closes every descriptor above kWorkerChannelFd. Returns 0 or errno.
int closeAllOtherDescriptors();

}  // namespace brood::zygote
