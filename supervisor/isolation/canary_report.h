#pragma once
// The canary's findings, and what they mean for the layers that were thought to be there.

#include <string>
#include <vector>

#include "base/policy/canary_acts.h"
#include "rpc/calls/supervisor.capnp.h"
#include "supervisor/isolation/isolation.h"

namespace brood::supervisor {

enum class CanaryVerdict {
  held,      // The act failed, or the limit held.
  broken,    // It succeeded although a layer against it is applied, or although nothing may let it.
  expected,  // It succeeded, and each layer against it is reported as missing already.
};

struct CanaryCheck {
  std::string name;
  std::string what;    // "be in the supervisor's user namespace", "run longer than wall_time_ms".
  LayerSet stoppedBy;  // Empty: the supervisor's own doing, which is never missing.
  bool held = false;
  std::string detail;  // An errno's name, or what was found or measured.

  CanaryVerdict verdict(LayerSet applied) const;
};

struct CanaryReport {
  std::vector<CanaryCheck> checks;
  LayerSet claimed;  // The layers that were thought to be applied.

  // Returns `applied` without each layer that let something happen, with the reasons.
  AppliedLayers survivorsOf(const AppliedLayers& applied) const;
  // Throws, naming the check, if something broke that no layer is there for.
  void requireLimits() const;
};

// From the guest's lines. An act without a line counts as reached: nothing says that it was
// stopped. `output` is what a sandbox wrote, and is read as nothing but lines of three fields.
std::vector<CanaryCheck> readCanaryActs(const std::string& output);

// The word on one target of a canary with network. Throws if it could not ask for it: then it has
// proved nothing.
CanaryCheck readEgressAnswer(const std::string& output, const std::string& target);

// Judges a job that spins until it is stopped, some 60 ms later: whether it had a tenth of a CPU
// rather than all of it. A busy host makes it less; or more, when it is late to stop the job, and
// then the share of the time that it really had counts.
bool keptToATenthOfACpu(uint64_t cpuMicros, uint64_t wallMicros);

void fillCanary(const CanaryReport& report, rpc::Canary::Builder out);

}  // namespace brood::supervisor
