#pragma once
// Why a job is not run. An expected outcome, hence a value.

#include <cstdint>
#include <string>

#include "rpc/calls/supervisor.capnp.h"

namespace brood::supervisor {

struct RejectionInfo {
  rpc::RejectionKind kind = rpc::RejectionKind::INVALID;
  std::string code;
  std::string message;
  std::string field;
  uint64_t retryAfterMs = 0;
};

inline RejectionInfo invalid(const char* code, std::string message, std::string field) {
  return {rpc::RejectionKind::INVALID, code, std::move(message), std::move(field), 0};
}

}  // namespace brood::supervisor
