#pragma once
// Descriptors: exactly 0, 1, 2 and the channel.

namespace brood {

// Where the channel is in every worker. CLOEXEC: a program the job starts does not see it.
constexpr int kWorkerChannelFd = 3;

struct WorkerDescriptors {  // All borrowed, all above kWorkerChannelFd.
  int channelFd;
  int stdinFd;
  int stdoutFd;
  int stderrFd;
};

// Moves the four to 0, 1, 2 and kWorkerChannelFd. Pipes become openable by name (/dev/stdout); the
// caller must still own them, so this comes before the uid change. Returns 0 or errno.
int placeWorkerDescriptors(const WorkerDescriptors& descriptors);

// Closes every descriptor of the process but those. Returns 0 or errno.
int closeAllOtherDescriptors();

}  // namespace brood
