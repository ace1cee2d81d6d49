#include "bench/system/pool_watch.h"

#include <kj/debug.h>

#include "bench/model/clock.h"

namespace brood::bench {
namespace {

// Long against a status call, so that watching takes no CPU from the refill.
constexpr kj::Duration kPollInterval = 1 * kj::MILLISECONDS;
constexpr kj::Duration kReadyPatience = 120 * kj::SECONDS;

}  // namespace

template <typename Condition>
bool PoolWatch::poll(kj::Duration patience, Condition&& condition) {
  auto& timer = io_.timer();
  auto deadline = timer.now() + patience;
  for (;;) {
    auto response = client_.supervisor().statusRequest().send().wait(io_.waitScope());
    interrupt_.check();
    const bool isSo = condition(response.getStatus());
    const bool isOver = timer.now() >= deadline;
    { auto done = kj::mv(response); }
    // Also when it is so: that we are done with the answer is a message, too, which the supervisor
    // would be reading when the next job comes.
    timer.afterDelay(kPollInterval).wait(io_.waitScope());
    if (isSo) return true;
    if (isOver) return false;
  }
}

void PoolWatch::waitReady() {
  bool isReady = poll(kReadyPatience, [](rpc::Status::Reader status) { return status.getReady(); });
  KJ_REQUIRE(isReady, "the supervisor did not become ready", kReadyPatience);
}

bool PoolWatch::waitAtRest(kj::Duration patience) {
  return poll(patience, [this](rpc::Status::Reader status) { return isAtRest(status); });
}

bool PoolWatch::waitIdle(kj::Duration patience) {
  return poll(patience, [this](rpc::Status::Reader status) {
    return isAtRest(status) && status.getGroupsKept() == 0;
  });
}

bool PoolWatch::isAtRest(rpc::Status::Reader status) const {
  if (status.getJobsRunning() + status.getJobsQueued() + status.getSlotsTearingDown() > 0) {
    return false;
  }
  if (status.getSlotsReady() < status.getSlotsTarget()) return false;
  for (auto runtime : status.getRuntimes()) {
    for (auto profile : runtime.getProfiles()) {
      if (profile.getStarting() > 0 || profile.getIdle() < profile.getTarget()) return false;
      if (profile.getPrimed() < profile.getPrimedTarget()) return false;
    }
  }
  return true;
}

uint64_t PoolWatch::roundTrip() {
  uint64_t start = nowNanos();
  client_.supervisor().statusRequest().send().wait(io_.waitScope());
  return nowNanos() - start;
}

pid_t PoolWatch::pythonZygote() {
  auto response = client_.supervisor().statusRequest().send().wait(io_.waitScope());
  for (auto runtime : response.getStatus().getRuntimes()) {
    for (auto profile : runtime.getProfiles()) {
      const bool isIt = runtime.getLanguage() == "python" && profile.getName() == "default";
      if (isIt) return static_cast<pid_t>(profile.getZygotePid());
    }
  }
  return 0;
}

pid_t PoolWatch::supervisor() {
  auto response = client_.supervisor().statusRequest().send().wait(io_.waitScope());
  return static_cast<pid_t>(response.getStatus().getPid());
}

std::string PoolWatch::isolationText() {
  auto response = client_.supervisor().statusRequest().send().wait(io_.waitScope());
  auto status = response.getStatus();
  return std::string(status.getIsolation().getLevel().cStr()) + ", cgroup " +
         status.getCgroup().cStr();
}

}  // namespace brood::bench
