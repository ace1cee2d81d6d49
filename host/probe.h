#pragma once
// Trying something out where it leaves no trace.

#include <cstring>
#include <functional>
#include <string>

namespace brood {

// A system call that was tried. Crosses a pipe as it is.
struct ProbeStep {
  char name[48] = {};  // The name of the step that failed.
  int errnoValue = 0;  // 0: all of it worked.

  static ProbeStep at(const char* name, int errnoValue) {
    ProbeStep step;
    std::strncpy(step.name, name, sizeof(step.name) - 1);
    step.errnoValue = errnoValue;
    return step;
  }
};

struct Attempt {
  bool works = false;
  std::string reason = "not tried";  // "mount proc: Operation not permitted"; empty if it works.
  int errnoValue = 0;
};

// Runs `action` in a forked child. The process must have one thread. A child that is killed is an
// attempt that failed.
Attempt attemptInChild(const std::function<ProbeStep()>& action);

}  // namespace brood
