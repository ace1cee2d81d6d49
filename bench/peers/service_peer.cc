#include "bench/peers/service_peer.h"

#include <nlohmann/json.hpp>

#include "bench/clock.h"
#include "bench/harness/http_job_client.h"
#include "bench/harness/rpc_job_client.h"

namespace brood::bench {
namespace {

// A service of anybody's that takes JSON and gives JSON.
class HttpPeer final : public JobClient {
 public:
  HttpPeer(UvAsyncIo& io, const PeerSpec& spec) : spec_(spec), client_(io, spec.address) {}

  kj::Promise<Answer> run(JobText job) override {
    std::string body = filledIn(spec_.body, job);
    const uint64_t start = nowNanos();
    return client_.post(spec_.path, std::move(body))
        .then([this, job = std::move(job), start](HttpResponse&& response) {
          Answer answer;
          answer.nanos = nowNanos() - start;
          answer.problem = problemOf(job, response);
          return answer;
        });
  }

 private:
  std::string problemOf(const JobText& job, const HttpResponse& response) const {
    const auto body = nlohmann::json::parse(response.body, nullptr, false);
    const nlohmann::json::json_pointer at(spec_.answer);
    if (response.status != 200 || body.is_discarded() || !body.contains(at)) {
      return "HTTP " + std::to_string(response.status) + ": " + response.body.substr(0, 200);
    }
    return outputProblem(job, "ok", body.at(at));
  }

  const PeerSpec& spec_;
  HttpJobClient client_;
};

}  // namespace

kj::Own<JobClient> connect(UvAsyncIo& io, const PeerSpec& spec) {
  if (!spec.socket.empty()) return kj::heap<RpcJobClient>(io, spec.socket, rpc::StartPolicy::BEST);
  return kj::heap<HttpPeer>(io, spec);
}

}  // namespace brood::bench
