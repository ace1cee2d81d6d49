#pragma once
// Cells that come down a worker's channel (rpc/wire/cell_frames.h).

#include <kj/vector.h>
#include <unistd.h>

#include "rpc/wire/cell_frames.h"
#include "runtimes/interface/cells.h"
#include "zygote/service/channel.h"
#include "zygote/service/channel_results.h"

namespace brood::zygote {

class ChannelCells final : public CellPort {
 public:
  // The descriptor is borrowed. `begun` is what has been read of the first cell already; results
  // are acknowledged or not.
  ChannelCells(int channelFd, kj::ArrayPtr<const kj::byte> begun, bool acknowledged)
      : channelFd_(channelFd), reader_(channelFd, begun), acknowledged_(acknowledged) {}

  bool await() override { return reader_.await(); }
  kj::Maybe<const CellOrder&> take() override;
  void done(int exitCode) override;

 private:
  // The results of the current cell. Closed between cells: a thread that one has left behind may
  // still show something, which no frame could be told apart from the next cell's.
  class CurrentResults final : public ResultSink {
   public:
    void add(uint32_t object, kj::StringPtr mime, kj::ArrayPtr<const kj::byte> data) override {
      KJ_IF_MAYBE (open, results_) open->add(object, mime, data);
    }
    void open(int channelFd, const ResultBudget& limits) { results_.emplace(channelFd, limits); }
    void close() { results_ = nullptr; }

   private:
    kj::Maybe<ChannelResults> results_;
  };

  void readPayload(const CellHeader& header);
  void splitVariables(kj::ArrayPtr<const kj::byte> bytes);

  const int channelFd_;
  ChannelReader reader_;
  const bool acknowledged_;
  const pid_t owner_ = ::getpid();
  CurrentResults results_;
  kj::Array<kj::byte> payload_;
  kj::Vector<kj::String> words_;
  kj::Vector<JobEnvVar> env_;
  CellOrder order_;
  // At first it is not known what standard input is.
  bool isInputEmpty_ = false;
};

}  // namespace brood::zygote
