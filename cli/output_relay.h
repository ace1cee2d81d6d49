#pragma once
// The caller's end of a streaming run: a job's output goes to ours as it comes.

#include <kj/async.h>

#include "rpc/supervisor.capnp.h"

namespace brood {

class OutputRelay final : public rpc::OutputSink::Server {
 public:
  // Fulfilled once nobody reads our output any more.
  explicit OutputRelay(kj::Own<kj::PromiseFulfiller<void>> outputGone);

  kj::Promise<void> started(StartedContext context) override;
  // Writes before it returns: a slow reader of ours slows the job, nothing is buffered here.
  kj::Promise<void> output(OutputContext context) override;

 private:
  kj::Own<kj::PromiseFulfiller<void>> outputGone_;
};

}  // namespace brood
