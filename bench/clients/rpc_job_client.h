#pragma once
// Jobs over the supervisor's socket.

#include "bench/clients/job.h"
#include "cli/client/supervisor_client.h"

namespace brood::bench {

class RpcJobClient final : public JobClient {
 public:
  RpcJobClient(UvAsyncIo& io, const std::string& socketPath, rpc::StartPolicy policy)
      : client_(io, socketPath), policy_(policy) {}

  kj::Promise<Answer> run(JobText job) override;

 private:
  cli::SupervisorClient client_;
  rpc::StartPolicy policy_;
};

}  // namespace brood::bench
