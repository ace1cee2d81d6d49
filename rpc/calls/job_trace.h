#pragma once
// When one job passed each point of its way through a process, for whoever asks where its time
// goes (`brood bench --trace`). A job that is not traced has none, and reads no clock for it.

#include <kj/time.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace brood {

class JobTrace {
 public:
  struct Point {
    const char* name;  // "supervisor.admitted"; a literal.
    uint64_t nanos;    // CLOCK_MONOTONIC, which all processes of a host share.
  };

  void note(const char* name) { noteAt(name, nowNanos()); }
  void noteAt(const char* name, uint64_t nanos) { points_.push_back({name, nanos}); }

  const std::vector<Point>& points() const { return points_; }

  static uint64_t nowNanos();

 private:
  std::vector<Point> points_;
};

// Null: nobody has asked.
using MaybeTrace = std::unique_ptr<JobTrace>;

inline void note(const MaybeTrace& trace, const char* name) {
  if (trace != nullptr) trace->note(name);
}

inline void noteAt(const MaybeTrace& trace, const char* name, kj::TimePoint when) {
  if (trace == nullptr) return;
  trace->noteAt(name,
                static_cast<uint64_t>((when - kj::origin<kj::TimePoint>()) / kj::NANOSECONDS));
}

}  // namespace brood
