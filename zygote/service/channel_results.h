#pragma once
// Rich results on their way up a worker's channel.

#include <unistd.h>

#include "rpc/wire/worker.capnp.h"
#include "runtimes/interface/runtime.h"

namespace brood::zygote {

// As wire::ResultLimits.
struct ResultBudget {
  uint32_t count = 0;
  uint64_t bytes = 0;
  uint64_t totalBytes = 0;
  bool acknowledged = false;
  bool keepsOneForError = false;  // A cell's: kCellErrorMime comes last, if at all.

  static ResultBudget from(wire::ResultLimits::Reader limits);
};

// Heeds the limits, so that an honest job's channel never goes out of step with the supervisor.
class ChannelResults final : public ResultSink {
 public:
  ChannelResults(int channelFd, const ResultBudget& limits)
      : channelFd_(channelFd), limits_(limits) {}

  // Only of the worker itself: a process it forked would write between its frames. Where the
  // supervisor acknowledges results, not before it has: what the job writes next comes after this
  // one.
  void add(uint32_t object, kj::StringPtr mime, kj::ArrayPtr<const kj::byte> data) override;

 private:
  const int channelFd_;
  const ResultBudget limits_;
  const pid_t owner_ = ::getpid();
  uint32_t count_ = 0;
  uint64_t totalBytes_ = 0;
  bool saidTruncated_ = false;
};

}  // namespace brood::zygote
