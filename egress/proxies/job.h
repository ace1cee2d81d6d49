#pragma once
// A job as the broker sees it: what it may reach, how much, and what it has.

#include <kj/async.h>
#include <kj/timer.h>

#include <functional>
#include <list>
#include <optional>
#include <string>

#include "egress/network/byte_rate.h"
#include "egress/network/tunnel.h"
#include "egress/policy/policy.h"
#include "egress/proxies/counters.h"
#include "egress/proxies/usage_report.h"

namespace brood::egress {

struct Settings;

// 0: no limit.
struct JobLimits {
  uint32_t connectionsAtOnce = 0;
  uint32_t connectionsInAll = 0;
  uint64_t bytesUp = 0, bytesDown = 0;
  uint64_t bytesPerSecond = 0;
  uint32_t idleMs = 0;
};

// Shared by all jobs of one tenant.
struct TenantUse {
  explicit TenantUse(const JobLimits& limits)
      : connectionsAtOnce(limits.connectionsAtOnce), rate(limits.bytesPerSecond) {}

  const uint32_t connectionsAtOnce;
  ByteRate rate;
  uint32_t connections = 0;
};

// A connection of a job's. Counted as long as it lives; ended when a new list no longer allows it.
class LiveConnection {
 public:
  // Asked when there is a new list. Not set: nothing has been reached yet.
  std::function<bool(const Settings&)> isStillAllowed;

  // The connection's work; rejects once it is told to end.
  template <typename T>
  kj::Promise<T> wrap(kj::Promise<T> work) {
    return canceler_.wrap(kj::mv(work));
  }
  void end(const char* why) { canceler_.cancel(why); }

 private:
  kj::Canceler canceler_;
};

class Job {
 public:
  // The tenant, timer and counters are borrowed.
  Job(const JobLimits& limits, Narrowing narrowing, TenantUse& tenant, kj::Timer& timer,
      Counters& counters);
  ~Job() noexcept(false);
  KJ_DISALLOW_COPY(Job);

  // A new connection, or why there may be none. Forgets the connection when the promise is
  // destroyed that `attend` has made of it.
  using Attend = std::function<kj::Promise<void>(LiveConnection&)>;
  std::optional<Refusal> admit(const Attend& attend, kj::TaskSet& tasks);
  // No further connection will be admitted, ever.
  bool isUsedUp() const;

  void noteDenied(const std::string& host, uint16_t port, const Refusal& refusal);
  // Rejects once the job has had as many bytes as it may.
  kj::Promise<void> pass(HostUse& use, Direction direction, size_t bytes);
  // Ends the connections whose targets are no longer allowed.
  void recheck(const Settings& settings);

  const Narrowing& narrowing() const { return narrowing_; }
  kj::Duration longestSilence() const { return limits_.idleMs * kj::MILLISECONDS; }
  UsageReport& report() { return report_; }
  size_t connectionCount() const { return live_.size(); }

 private:
  std::optional<Refusal> whyNoMore() const;
  bool isOverBytes(Direction direction) const;

  const JobLimits limits_;
  const Narrowing narrowing_;
  TenantUse& tenant_;
  kj::Timer& timer_;
  Counters& counters_;
  ByteRate rate_;
  UsageReport report_;
  std::list<LiveConnection> live_;
  uint32_t connectionsInAll_ = 0;
  uint64_t upBytes_ = 0, downBytes_ = 0;
  bool isOverNoted_ = false;
};

// Puts what passes to and from one host on the account of a job.
class JobMeter final : public PassageMeter {
 public:
  JobMeter(Job& job, HostUse& use) : job_(job), use_(use) {}
  kj::Promise<void> pass(Direction direction, size_t bytes) override {
    return job_.pass(use_, direction, bytes);
  }

 private:
  Job& job_;
  HostUse& use_;
};

}  // namespace brood::egress
