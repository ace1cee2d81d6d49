#pragma once
// The plan of the comparison, as main.py has written it down.

#include <stdexcept>
#include <string>
#include <vector>

#include "bench/clients/job.h"

namespace brood::bench {

struct PeerSpec {
  std::string name;
  size_t every = 1;                   // Takes its turn in each such round.
  std::vector<std::string> argv;      // A program that is executed for the job. Else a service:
  std::string filePath, fileContent;  // Written before each job of a program; may be empty.
  std::string socket;                 // Brood's own. Else over HTTP:
  std::string address, path, body;
  std::string answer;  // JSON pointer to the job's output in the reply.

  bool isCommand() const { return !argv.empty(); }
};

struct Plan {
  size_t runs = 0;
  double seconds = 0;  // Seconds of load on each peer; 0: none.
  size_t clients = 2;
  uint64_t pauseMs = 20;  // After each job.
  std::vector<PeerSpec> peers;
};

// So many clients without a pause for so long; the rate is that of all jobs until the last of them
// was answered, so that no peer has less than one from each client.
struct Load {
  size_t clients;
  double seconds;
  JobMaker jobs;
};

// A peer that does not answer, or wrongly: nothing of the run is of use.
struct PeerError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws std::runtime_error.
Plan readPlan(const std::string& path);

// `text` for one job, with {code} and {id} filled in.
std::string filledIn(std::string text, const JobText& job);

// print(NUMBER), another number each time, of all copies together.
JobMaker numberedJobs();

}  // namespace brood::bench
