#pragma once
// The caller's end of a streaming run: a job's output goes to ours as it comes.

#include <kj/async.h>

#include <string_view>
#include <vector>

#include "cli/client/job_files.h"
#include "rpc/calls/supervisor.capnp.h"

namespace brood::cli {

class OutputRelay final : public rpc::OutputSink::Server {
 public:
  // `outputLost` is fulfilled with the error number once our output cannot be written to. What the
  // job shows is added to `shown`, borrowed; its text goes to standard output like what it prints.
  OutputRelay(kj::Own<kj::PromiseFulfiller<int>> outputLost, std::vector<ShownForm>& shown);

  kj::Promise<void> started(StartedContext context) override;
  // Writes before it returns: a slow reader of ours slows the job, nothing is buffered here.
  kj::Promise<void> output(OutputContext context) override;
  kj::Promise<void> result(ResultContext context) override;

 private:
  void write(int fd, std::string_view bytes);

  kj::Own<kj::PromiseFulfiller<int>> outputLost_;
  std::vector<ShownForm>& shown_;
};

}  // namespace brood::cli
