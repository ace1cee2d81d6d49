#include "egress/proxies/job.h"

#include <kj/debug.h>

namespace brood::egress {
namespace {

bool isReached(uint64_t count, uint64_t limit) { return limit != 0 && count >= limit; }

Refusal limitReached(const char* rule, const std::string& text) { return {"limit", rule, text}; }

}  // namespace

Job::Job(const JobLimits& limits, Narrowing narrowing, TenantUse& tenant, kj::Timer& timer,
         Counters& counters)
    : limits_(limits),
      narrowing_(std::move(narrowing)),
      tenant_(tenant),
      timer_(timer),
      counters_(counters),
      rate_(limits.bytesPerSecond) {}

Job::~Job() noexcept(false) = default;

bool Job::isUsedUp() const { return isReached(connectionsInAll_, limits_.connectionsInAll); }

std::optional<Refusal> Job::whyNoMore() const {
  if (isUsedUp()) {
    return limitReached(
        "connections_in_all",
        "the job has had all of its " + std::to_string(limits_.connectionsInAll) + " connections");
  }
  if (isReached(live_.size(), limits_.connectionsAtOnce)) {
    return limitReached("connections_at_once", "the job has " + std::to_string(live_.size()) +
                                                   " connections open, which is all it may");
  }
  if (isReached(tenant_.connections, tenant_.connectionsAtOnce)) {
    return limitReached("tenant.connections_at_once",
                        "jobs of this tenant have as many connections open as they may");
  }
  if (isOverBytes(Direction::up) || isOverBytes(Direction::down)) {
    return limitReached("bytes", "the job has sent or received as much as it may");
  }
  return {};
}

std::optional<Refusal> Job::admit(const Attend& attend, kj::TaskSet& tasks) {
  if (auto refusal = whyNoMore()) return refusal;
  ++connectionsInAll_;
  ++tenant_.connections;
  ++counters_.connections;
  const auto connection = live_.emplace(live_.end());
  auto forget = kj::defer([this, connection] {
    --tenant_.connections;
    live_.erase(connection);
  });
  tasks.add(connection->wrap(attend(*connection)).attach(kj::mv(forget)));
  return {};
}

void Job::noteDenied(const std::string& host, uint16_t port, const Refusal& refusal) {
  ++counters_.refused[refusal.reason];
  report_.noteDenied(shownHost(host), port, refusal);
}

bool Job::isOverBytes(Direction direction) const {
  return direction == Direction::up ? isReached(upBytes_, limits_.bytesUp)
                                    : isReached(downBytes_, limits_.bytesDown);
}

kj::Promise<void> Job::pass(HostUse& use, Direction direction, size_t bytes) {
  const bool isUp = direction == Direction::up;
  if (isOverBytes(direction)) {
    const Refusal refusal = limitReached(isUp ? "bytes_up" : "bytes_down", "");
    if (!std::exchange(isOverNoted_, true)) noteDenied("", 0, refusal);
    return KJ_EXCEPTION(FAILED, "the job has had all of its bytes");
  }
  (isUp ? use.upBytes : use.downBytes) += bytes;
  (isUp ? upBytes_ : downBytes_) += bytes;
  (isUp ? counters_.upBytes : counters_.downBytes) += bytes;
  const auto now = timer_.now();
  const auto wait = kj::max(rate_.take(bytes, now), tenant_.rate.take(bytes, now));
  if (wait <= 0 * kj::SECONDS) return kj::READY_NOW;
  return timer_.afterDelay(wait);
}

void Job::recheck(const Settings& settings) {
  for (auto& connection : live_) {
    if (connection.isStillAllowed && !connection.isStillAllowed(settings)) {
      connection.end("a new list does not allow this");
    }
  }
}

}  // namespace brood::egress
