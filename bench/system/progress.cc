#include "bench/system/progress.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>

#include "bench/model/clock.h"

namespace brood::bench {
namespace {

constexpr uint64_t kTerminalIntervalNanos = 200'000'000;
constexpr uint64_t kLogIntervalNanos = 5'000'000'000;

std::string timeLeft(double seconds) {
  auto whole = static_cast<unsigned>(std::ceil(seconds));
  char text[32];
  std::snprintf(text, sizeof(text), "%u:%02u", whole / 60, whole % 60);
  return text;
}

}  // namespace

Progress::Progress() : isTerminal_(::isatty(STDERR_FILENO)) {}

void Progress::show(const std::string& what, double secondsLeft) {
  uint64_t now = nowNanos();
  if (now - lastNanos_ < (isTerminal_ ? kTerminalIntervalNanos : kLogIntervalNanos)) return;
  print(timeLeft(secondsLeft) + " left  " + part_ + what);
}

void Progress::show(const std::string& what) { print(part_ + what); }

void Progress::print(const std::string& line) {
  lastNanos_ = nowNanos();
  isShown_ = true;
  std::fprintf(stderr, isTerminal_ ? "\r\033[K%s" : "%s\n", line.c_str());
  std::fflush(stderr);
}

void Progress::clear() {
  if (isTerminal_ && isShown_) std::fprintf(stderr, "\r\033[K");
  isShown_ = false;
}

}  // namespace brood::bench
