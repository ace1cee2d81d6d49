#include "bench/report/variant_report.h"

#include <vector>

#include "bench/report/text_table.h"

namespace brood::bench {
namespace {

std::string micros(const LatencySeries& series) {
  return series.nanos.empty() ? "-" : microsText(summarize(series.nanos).p50);
}

std::string against(const LatencySeries& series, const LatencySeries& base) {
  const double ratio = ratioOfMedians(summarize(series.nanos), summarize(base.nanos));
  return ratio == 0 ? "-" : threeDigits(ratio);
}

std::string size(uint64_t kib, uint64_t unit) {
  return kib == 0 ? "-" : threeDigits(static_cast<double>(kib) / static_cast<double>(unit));
}

std::string cpu(const VariantFigures& variant) {
  return variant.load.nanos.empty() ? "-" : threeDigits(variant.busyMicrosPerJob() / 1e3);
}

std::string rate(const VariantFigures& variant) {
  return variant.load.seconds == 0 ? "-" : threeDigits(variant.load.jobsPerSecond());
}

std::string cpuAgainst(const VariantFigures& variant, const VariantFigures& base) {
  if (variant.load.nanos.empty() || base.busyMicrosPerJob() == 0) return "-";
  return threeDigits(variant.busyMicrosPerJob() / base.busyMicrosPerJob());
}

}  // namespace

std::string variantsText(const Measurements& measurements) {
  const auto& variants = measurements.variants;
  if (variants.empty()) return "";
  const auto& base = variants.front();
  std::vector<std::vector<std::string>> rows{{"VARIANTS, p50 in µs", "hot", "× default", "warm",
                                              "× default", "jobs/s", "CPU ms/job", "× default",
                                              "zygote MB", "bare fork", "worker KiB"}};
  std::string group;
  for (const auto& variant : variants) {
    if (variant.group != group) rows.push_back({group = variant.group});
    rows.push_back({"  " + variant.title, micros(variant.hot), against(variant.hot, base.hot),
                    micros(variant.warm), against(variant.warm, base.warm), rate(variant),
                    cpu(variant), cpuAgainst(variant, base), size(variant.zygoteKib, 1024),
                    micros(variant.equalFork), size(variant.workerKib, 1)});
  }
  return numberTable(rows);
}

std::string variantRemarks(const Measurements& measurements) {
  std::string text;
  for (const auto& variant : measurements.variants) {
    for (const auto* series : {&variant.hot, &variant.warm}) {
      if (series->otherStarts == 0 && series->failures == 0) continue;
      text += "  " + variant.title + (series == &variant.hot ? ", hot: " : ", warm: ") +
              grouped(series->otherStarts) + " started in another way, " +
              grouped(series->failures) + " FAILED " + series->firstProblem + "\n";
    }
    if (variant.load.failures > 0) {
      text += "  " + variant.title + ", under load: " + grouped(variant.load.failures) +
              " FAILED, the first with: " + variant.load.firstProblem + "\n";
    }
  }
  return text;
}

}  // namespace brood::bench
