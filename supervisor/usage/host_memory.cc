#include "supervisor/usage/host_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/plain_text.h"
#include "supervisor/base/clock.h"
#include "supervisor/processes/process_facts.h"

namespace brood::supervisor {
namespace {

// A fresh Python has 5 MiB.
constexpr uint64_t kNextToNothing = 16ull << 20;
constexpr uint64_t kLongestPauseMicros = 100'000;
constexpr uint64_t kShortestPauseMicros = 10'000;
// Faster than jobs on some tens of CPUs have been seen to take memory.
constexpr uint64_t kBytesPerMicro = 8'000;
// The kernel takes back a gigabyte in about as long.
constexpr uint64_t kTimeToComeBackMicros = 200'000;
constexpr uint64_t kLeastBetweenMicros = 20'000;
// Jobs come one after the other: to sleep between two would be a timer for each.
constexpr unsigned kLooksBeforeSleep = 20;

constexpr double kMiB = 1 << 20;

}  // namespace

std::optional<MemoryInfo> parseMemoryInfo(const std::string& text) {
  constexpr const char* kFirst = "MemTotal:";
  if (!text.starts_with(kFirst) || text.find("\nMemAvailable:") == std::string::npos) {
    return std::nullopt;
  }
  return MemoryInfo{bytesOfLine("\n" + text.substr(0, text.find('\n')), "MemTotal"),
                    bytesOfLine(text, "MemAvailable"), bytesOfLine(text, "SUnreclaim")};
}

std::optional<size_t> holdsMost(const std::vector<uint64_t>& heldBytes) {
  const auto most = std::max_element(heldBytes.begin(), heldBytes.end());
  if (most == heldBytes.end() || *most < kNextToNothing) return std::nullopt;
  return static_cast<size_t>(most - heldBytes.begin());
}

bool mayEndAnother(uint64_t sinceLastMicros, uint64_t availableBytes,
                   uint64_t availableAtLastBytes) {
  if (sinceLastMicros >= kTimeToComeBackMicros) return true;
  return sinceLastMicros >= kLeastBetweenMicros && availableBytes < availableAtLastBytes;
}

kj::Duration pauseBeforeNextReading(uint64_t availableBytes, uint64_t reserveBytes) {
  const uint64_t beyond = availableBytes - std::min(availableBytes, reserveBytes);
  return static_cast<int64_t>(
             std::clamp(beyond / kBytesPerMicro, kShortestPauseMicros, kLongestPauseMicros)) *
         kj::MICROSECONDS;
}

HostMemoryGuard::HostMemoryGuard(kj::Timer& timer, uint64_t reserveBytes,
                                 std::function<std::vector<Job>()> jobs,
                                 std::function<bool()> areJobsRunning, std::string path)
    : timer_(timer),
      reserveBytes_(reserveBytes),
      jobs_(std::move(jobs)),
      areJobsRunning_(std::move(areJobsRunning)),
      file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (reserveBytes == 0) {
    whyNot_ = "switched off by supervisor.memory_reserve_bytes = 0";
  } else if (!file_) {
    whyNot_ = path + ": " + strerror(errno);
  } else if (!read()) {
    whyNot_ = path + " does not tell what memory is available";
  }
}

std::optional<MemoryInfo> HostMemoryGuard::read() const {
  char text[8192];
  const ssize_t count = ::pread(file_.get(), text, sizeof(text), 0);
  if (count <= 0) return std::nullopt;
  return parseMemoryInfo(std::string(text, static_cast<size_t>(count)));
}

uint64_t HostMemoryGuard::availableBytes() const {
  const auto memory = read();
  return memory ? memory->availableBytes : 0;
}

void HostMemoryGuard::wake() {
  isAwake_ = true;
  looksWithoutJobs_ = 0;
  watching_ = watch(0 * kj::SECONDS).eagerlyEvaluate([this](kj::Exception&& exception) {
    spdlog::error("the guard of the host's memory: {}", plainText(exception));
    isAwake_ = false;
  });
}

kj::Promise<void> HostMemoryGuard::watch(kj::Duration pause) {
  return timer_.afterDelay(pause).then([this]() -> kj::Promise<void> {
    looksWithoutJobs_ = areJobsRunning_() ? 0 : looksWithoutJobs_ + 1;
    if (looksWithoutJobs_ > kLooksBeforeSleep) {
      isAwake_ = false;
      return kj::READY_NOW;
    }
    const auto memory = read();
    KJ_REQUIRE(memory.has_value(), "/proc/meminfo cannot be read any more");
    if (looksWithoutJobs_ == 0) look(*memory);
    return watch(pauseBeforeNextReading(memory->availableBytes, reserveBytes_));
  });
}

void HostMemoryGuard::look(const MemoryInfo& memory) {
  if (memory.availableBytes >= reserveBytes_) return;
  const auto now = monotonicNow();
  if (!mayEndAnother(microsBetween(lastEnd_, now), memory.availableBytes, availableAtLastEnd_)) {
    return;
  }
  const auto jobs = jobs_();
  std::vector<uint64_t> held;
  for (const auto& job : jobs) held.push_back(job.heldBytes);
  const auto most = holdsMost(held);
  if (!most || !jobs[*most].end()) return;
  lastEnd_ = now;
  availableAtLastEnd_ = memory.availableBytes;
  ++jobsEnded_;
  spdlog::warn(
      "the host has {:.0f} MiB of memory left, {:.0f} MiB are in slabs for good, and "
      "{:.0f} MiB are reserved: a job that held {:.0f} MiB is ended",
      static_cast<double>(memory.availableBytes) / kMiB,
      static_cast<double>(memory.unreclaimableBytes) / kMiB,
      static_cast<double>(reserveBytes_) / kMiB, static_cast<double>(jobs[*most].heldBytes) / kMiB);
}

}  // namespace brood::supervisor
