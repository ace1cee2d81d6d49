#pragma once
// One decision, as the gateway tells the recorder of it and as the audit log has it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/utc_time.h"
#include "rpc/calls/recorder.capnp.h"

namespace brood {

// A decision and its circumstances. Strings may hold anything at all: a client has sent some.
struct AuditEvent {
  // The writer, and the number of the line among its lines: a number that is missing is a lost
  // line, one that is there twice the same line.
  std::string writer;
  uint64_t number = 0;

  UnixMillis time = 0;
  // "job", "session", "cell", "command", "file", "key", "egress", "refusal", "lost"
  std::string kind;
  std::string verdict;  // A job's status, a refusal's code.
  std::string tenant;
  std::string keyId;
  std::string requestId;
  std::string peer;   // The client's address.
  std::string jobId;  // Also a cell's, a command's.
  std::string sessionId;
  std::string language;
  std::string profile;
  std::string codeSha256;  // Stands for the code, which is not there.
  std::string detail;      // For people.
  std::optional<int64_t> exitCode;
  uint64_t cpuMicros = 0;
  uint64_t wallMicros = 0;
  uint64_t peakMemoryBytes = 0;
  uint64_t egressUpBytes = 0;
  uint64_t egressDownBytes = 0;
  std::vector<std::string> hosts;        // Reached, as "host:port".
  std::vector<std::string> deniedHosts;  // Asked for and refused.
  uint64_t lost = 0;                     // Lines, of a "lost".

  bool operator==(const AuditEvent&) const = default;
};

// The writer is not part of the message: the recorder knows with whom it speaks.
void writeEvent(const AuditEvent& event, rpc::AuditEvent::Builder out);
AuditEvent readEvent(rpc::AuditEvent::Reader event);

}  // namespace brood
