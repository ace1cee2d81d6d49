#pragma once
// The hosts that one job has reached, and those that it was refused.

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "egress/policy/refusal.h"

namespace brood::egress {

// The bytes of one host and port that a job has reached.
struct HostUse {
  uint32_t connections = 0;
  uint64_t upBytes = 0, downBytes = 0;
};

struct DenialCount {
  std::string rule;
  uint32_t count = 0;
};

// Grows with what a job tries, and so is bounded: what there is no room for is counted together.
class UsageReport {
 public:
  static constexpr size_t kMostHosts = 64;
  using HostAndPort = std::pair<std::string, uint16_t>;
  struct Denial {
    std::string host;
    uint16_t port;
    std::string reason;
    auto operator<=>(const Denial&) const = default;
  };

  // Counts one more connection. The answer stays where it is as long as the report.
  HostUse& noteAllowed(const std::string& host, uint16_t port);
  // `host` is what a client sent, made printable.
  void noteDenied(const std::string& host, uint16_t port, const Refusal& refusal);

  const std::map<HostAndPort, HostUse>& allowed() const { return allowed_; }
  const std::map<Denial, DenialCount>& denied() const { return denied_; }
  // How many connections there was no room for.
  uint64_t unlisted() const { return unlisted_; }

 private:
  std::map<HostAndPort, HostUse> allowed_;
  std::map<Denial, DenialCount> denied_;
  HostUse others_;
  uint64_t unlisted_ = 0;
};

}  // namespace brood::egress
