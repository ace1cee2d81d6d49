#include "bench/clients/job.h"

#include <kj/debug.h>
#include <sys/random.h>

#include <array>
#include <cstdio>

namespace brood::bench {
namespace {

std::string randomHex() {
  std::array<unsigned char, 8> bytes{};
  ssize_t got;
  KJ_SYSCALL(got = ::getrandom(bytes.data(), bytes.size(), 0));
  std::string text;
  for (unsigned char byte : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof(digits), "%02x", byte);
    text += digits;
  }
  return text;
}

}  // namespace

JobMaker::JobMaker(Workload workload) : workload_(workload), prefix_(randomHex()) {}

JobMaker::JobMaker(JobText sample) : workload_(Workload::sample), sample_(std::move(sample)) {}

JobMaker::JobMaker(std::function<JobText(const std::string&)> make)
    : workload_(Workload::made), make_(std::move(make)), prefix_(randomHex()) {}

JobText JobMaker::next() {
  if (workload_ == Workload::sample) return sample_;
  const std::string nonce = prefix_ + "-" + std::to_string(++count_);
  return workload_ == Workload::made ? make_(nonce) : jobOf(workload_, nonce);
}

JobText jobOf(Workload workload, const std::string& nonce) {
  if (workload == Workload::print) return {"print('" + nonce + "')", nonce + "\n"};
  if (workload == Workload::series) {
    return {"import numpy, pandas\nprint('" + nonce + "', pandas.Series(numpy.arange(4)).sum())",
            nonce + " 6\n"};
  }
  return {
      "import numpy, pandas\n"
      "frame = pandas.DataFrame({'k': ['a', 'b', 'a'], 'v': numpy.arange(3)})\n"
      "print('" +
          nonce + "', *frame.groupby('k').v.sum())",
      nonce + " 2 1\n"};
}

std::string outputProblem(const JobText& job, const std::string& status,
                          const std::string& output) {
  if (status != "ok") return "status " + status;
  if (output != job.expectedOutput) return "another job's output: " + output.substr(0, 80);
  return "";
}

}  // namespace brood::bench
