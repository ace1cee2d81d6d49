#include "cli/client/job_report.h"

#include "cli/client/rpc_json.h"

namespace brood::cli {

std::string verdictLine(rpc::JobResult::Reader result) {
  bool endedItself = result.getStatus() == rpc::JobStatus::OK ||
                     (result.getStatus() == rpc::JobStatus::ERROR && result.getHasExitCode());
  if (endedItself) return "";
  std::string line = std::string("brood: ") + statusName(result.getStatus());
  if (result.getMessage().size() > 0) {
    line += std::string(": ") + result.getMessage().cStr();
  } else if (result.getSignal().size() > 0) {
    line += std::string(": ended by ") + result.getSignal().cStr();
  }
  return line + "\n";
}

std::string timingLine(rpc::JobResult::Reader result) {
  auto micros = [](const char* name, uint64_t value) {
    return std::string(name) + " " + std::to_string(value) + " us";
  };
  return std::string("brood: ") + startName(result.getStart()) +
         " start: " + micros("queue", result.getQueueMicros()) + ", " +
         micros("acquire", result.getAcquireMicros()) + ", " +
         micros("run", result.getRunMicros()) + ", " + micros("total", result.getTotalMicros()) +
         "; " + micros("cpu", result.getCpuMicros()) + ", peak memory " +
         std::to_string(result.getPeakMemoryBytes() >> 10) + " KiB\n";
}

std::string rejectionLine(rpc::Rejection::Reader rejection) {
  std::string line = std::string("refused: ") + rejection.getMessage().cStr();
  if (rejection.getKind() == rpc::RejectionKind::OVERLOADED) line += " (try again later)";
  return line;
}

}  // namespace brood::cli
