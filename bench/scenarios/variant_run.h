#pragma once
// Systems that are configured otherwise, measured one after the other and again in the next round:
// what the machine does meanwhile strikes all of them.

#include "bench/model/measurements.h"
#include "bench/model/variants.h"
#include "bench/system/interrupt.h"
#include "bench/system/progress.h"

namespace brood::bench {

struct VariantPlan {
  size_t runs = 0;     // Runs of a hot job, in all rounds together.
  double seconds = 0;  // Seconds of load, in all rounds together.
  size_t rounds = 3;
};

// Throws Interrupted, and cli::CliError when one of the systems does not start.
std::vector<VariantFigures> measureVariants(UvAsyncIo& io, const Interrupt& interrupt,
                                            const std::vector<Variant>& variants,
                                            const VariantPlan& plan, Progress& progress);

}  // namespace brood::bench
