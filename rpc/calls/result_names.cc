#include "rpc/calls/result_names.h"

namespace brood {

const char* statusName(rpc::JobStatus status) {
  switch (status) {
    case rpc::JobStatus::OK:
      return "ok";
    case rpc::JobStatus::ERROR:
      return "error";
    case rpc::JobStatus::TIMEOUT:
      return "timeout";
    case rpc::JobStatus::CPU_LIMIT:
      return "cpu_limit";
    case rpc::JobStatus::MEMORY_LIMIT:
      return "memory_limit";
    case rpc::JobStatus::PROCESS_LIMIT:
      return "process_limit";
    case rpc::JobStatus::OUTPUT_LIMIT:
      return "output_limit";
    case rpc::JobStatus::KILLED:
      return "killed";
    case rpc::JobStatus::SANDBOX_ERROR:
      return "sandbox_error";
    case rpc::JobStatus::COMPILE_ERROR:
      return "compile_error";
    case rpc::JobStatus::HOST_MEMORY:
      return "host_memory";
  }
  return "unknown";
}

const char* startName(rpc::StartKind start) {
  switch (start) {
    case rpc::StartKind::HOT:
      return "hot";
    case rpc::StartKind::WARM:
      return "warm";
    case rpc::StartKind::COLD:
      return "cold";
  }
  return "unknown";
}

}  // namespace brood
