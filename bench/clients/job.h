#pragma once
// The jobs that are measured, and their checked answers.

#include <kj/async.h>

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rpc/calls/supervisor.capnp.h"

namespace brood::bench {

enum class Workload { print, series, pandas, sample, made };

struct JobText {
  std::string code;
  std::string expectedOutput;  // Printed by this job and by no other, but for a sample.
  std::string language = "python";
  std::string profile{};  // Empty: the default one.
  bool isTraced = false;
  std::string stdinText{};
  std::vector<std::pair<std::string, std::string>> files{};  // Path and content.
};

// Returns the text for Workload::print, series or pandas.
JobText jobOf(Workload workload, const std::string& nonce);

// Every job prints a number of its own, so that no answer can be taken for another's; a language's
// sample is the same each time.
class JobMaker {
 public:
  explicit JobMaker(Workload workload);
  explicit JobMaker(JobText sample);
  // `make` gets the number of the job's own.
  explicit JobMaker(std::function<JobText(const std::string& nonce)> make);
  JobText next();

 private:
  Workload workload_;
  JobText sample_;
  std::function<JobText(const std::string&)> make_;
  std::string prefix_;
  uint64_t count_ = 0;
};

// As the supervisor reported them.
struct ServerPhases {
  uint64_t queueMicros = 0;
  uint64_t acquireMicros = 0;
  uint64_t runMicros = 0;
  uint64_t totalMicros = 0;
};

struct Answer {
  uint64_t nanos = 0;  // From before the request was sent until the whole answer was here.
  rpc::StartKind start = rpc::StartKind::HOT;
  ServerPhases phases;
  // The times at which a traced job passed its points, by the clock of nowNanos().
  std::map<std::string, uint64_t> points;
  pid_t worker = 0;
  std::string problem;  // Empty if it is the right answer.
};

// One connection; one job at a time.
class JobClient {
 public:
  virtual ~JobClient() noexcept(false) = default;
  // Rejects when the connection is of no more use.
  virtual kj::Promise<Answer> run(JobText job) = 0;
};

// Why this is not the job's answer, or empty.
std::string outputProblem(const JobText& job, const std::string& status, const std::string& output);

}  // namespace brood::bench
