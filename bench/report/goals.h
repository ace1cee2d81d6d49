#pragma once
// The goals of this project as ratios to what the machine itself needs, and where we are.

#include <optional>
#include <string>
#include <vector>

#include "bench/model/measurements.h"

namespace brood::bench {

struct Goal {
  std::string key;    // "isolation_tax"
  int number;         // In docs/performance/results.md; several goals may share one.
  std::string title;  // "(sandboxed - no layer at all) ÷ no layer at all, hot"
  std::string floor;  // The floor that the value is relative to, as it was measured in this run.
  double value;
  double bound;
  std::optional<double> least;  // A milder bound, which is the least that is accepted.
  bool isUpperBound;            // Else the value is to be no less.

  bool isMet() const { return holds(bound); }
  // True where there is no milder bound.
  bool isAccepted() const { return !least || holds(*least); }

 private:
  bool holds(double limit) const { return isUpperBound ? value <= limit : value >= limit; }
};

constexpr int kGoalCount = 10;

// Those that this run has measured, by number.
std::vector<Goal> goalsOf(const Measurements& measurements);

}  // namespace brood::bench
