#pragma once
// What the canary found, and what it means for the layers that were thought to be there.

#include <string>
#include <vector>

#include "rpc/canary_acts.h"
#include "rpc/supervisor.capnp.h"
#include "supervisor/isolation.h"

namespace brood {

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

  // What is left of `applied` once every layer is gone that let something happen, with the reasons.
  AppliedLayers survivorsOf(const AppliedLayers& applied) const;
  // Throws, naming the check, if something broke that no layer is there for.
  void requireLimits() const;
};

// From the guest's lines. An act without a line counts as reached: nothing says that it was
// stopped. `output` is what a sandbox wrote, and is read as nothing but lines of three fields.
std::vector<CanaryCheck> readCanaryActs(const std::string& output);

// Of a job that spins until it is stopped, some 60 ms later: whether it had a tenth of a CPU rather
// than all of it. A busy host makes it less; or more, when it is late to stop the job, and then
// what counts is the share of the time that it really had.
bool keptToATenthOfACpu(uint64_t cpuMicros, uint64_t wallMicros);

void fillCanary(const CanaryReport& report, rpc::Canary::Builder out);

}  // namespace brood
