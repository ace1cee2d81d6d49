#include "bench/peers/service_peer.h"

#include <kj/debug.h>

#include <deque>
#include <nlohmann/json.hpp>

#include "bench/clients/http_job_client.h"
#include "bench/clients/rpc_job_client.h"
#include "bench/model/clock.h"

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

// One client: its next job as soon as it has the answer to the last.
class LoadClient {
 public:
  LoadClient(const std::string& name, kj::Own<JobClient> connection, JobMaker jobs,
             uint64_t endNanos)
      : name_(name), connection_(kj::mv(connection)), jobs_(std::move(jobs)), endNanos_(endNanos) {}

  kj::Promise<void> run() {
    return connection_->run(jobs_.next()).then([this](Answer&& answer) -> kj::Promise<void> {
      if (!answer.problem.empty()) {
        return KJ_EXCEPTION(FAILED, "wrong answer under load", name_.c_str(),
                            answer.problem.c_str());
      }
      ++count_;
      if (nowNanos() >= endNanos_) return kj::READY_NOW;
      return run();
    });
  }
  size_t count() const { return count_; }

 private:
  const std::string& name_;
  kj::Own<JobClient> connection_;
  JobMaker jobs_;
  uint64_t endNanos_;
  size_t count_ = 0;
};

}  // namespace

double serviceRate(UvAsyncIo& io, const PeerSpec& spec, const Load& load) {
  const uint64_t start = nowNanos();
  const uint64_t end = start + static_cast<uint64_t>(load.seconds * 1e9);
  std::deque<LoadClient> clients;
  auto running = kj::heapArrayBuilder<kj::Promise<void>>(load.clients);
  for (size_t i = 0; i < load.clients; ++i) {
    running.add(clients.emplace_back(spec.name, connect(io, spec), load.jobs, end).run());
  }
  kj::joinPromises(running.finish()).wait(io.waitScope());
  size_t count = 0;
  for (const auto& client : clients) count += client.count();
  return static_cast<double>(count) * 1e9 / static_cast<double>(nowNanos() - start);
}

kj::Own<JobClient> connect(UvAsyncIo& io, const PeerSpec& spec) {
  if (!spec.socket.empty()) return kj::heap<RpcJobClient>(io, spec.socket, rpc::StartPolicy::BEST);
  return kj::heap<HttpPeer>(io, spec);
}

}  // namespace brood::bench
