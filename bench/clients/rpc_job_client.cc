#include "bench/clients/rpc_job_client.h"

#include "bench/model/clock.h"
#include "cli/client/rpc_json.h"

namespace brood::bench {
namespace {

capnp::Data::Reader asBytes(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

Answer readOutcome(const JobText& job, rpc::RunOutcome::Reader outcome, uint64_t nanos) {
  Answer answer;
  answer.nanos = nanos;
  if (outcome.isRejected()) {
    answer.problem = "rejected: " + std::string(outcome.getRejected().getCode().cStr());
    return answer;
  }
  auto result = outcome.getResult();
  answer.start = result.getStart();
  answer.phases = {result.getQueueMicros(), result.getAcquireMicros(), result.getRunMicros(),
                   result.getTotalMicros()};
  auto output = result.getStdout().asChars();
  answer.problem =
      outputProblem(job, statusName(result.getStatus()), std::string(output.begin(), output.end()));
  return answer;
}

}  // namespace

kj::Promise<Answer> RpcJobClient::run(JobText job) {
  uint64_t start = nowNanos();
  auto request = client_.supervisor().runRequest();
  auto wire = request.initJob();
  wire.setLanguage(job.language);
  wire.setProfile(job.profile);
  wire.setCode(asBytes(job.code));
  wire.setStartPolicy(policy_);
  wire.setStdin(asBytes(job.stdinText));
  auto files = wire.initFiles(static_cast<unsigned>(job.files.size()));
  for (unsigned i = 0; i < files.size(); ++i) {
    files[i].setPath(job.files[i].first);
    files[i].setContent(asBytes(job.files[i].second));
  }
  return request.send().then([job = std::move(job), start](auto&& response) {
    uint64_t nanos = nowNanos() - start;
    return readOutcome(job, response.getOutcome(), nanos);
  });
}

}  // namespace brood::bench
