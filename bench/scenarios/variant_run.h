#pragma once
// Systems that are configured otherwise, measured one after the other and again in the next round:
// what the machine does meanwhile strikes all of them.

#include "bench/harness/interrupt.h"
#include "bench/harness/measurements.h"
#include "bench/harness/progress.h"
#include "bench/harness/variants.h"

namespace brood::bench {

struct VariantPlan {
  size_t runs = 0;     // Of a hot job, in all rounds together.
  double seconds = 0;  // Of load, in all rounds together.
  size_t rounds = 3;
};

// Throws Interrupted, and CliError when one of the systems does not start.
std::vector<VariantFigures> measureVariants(UvAsyncIo& io, const Interrupt& interrupt,
                                            const std::vector<Variant>& variants,
                                            const VariantPlan& plan, Progress& progress);

}  // namespace brood::bench
