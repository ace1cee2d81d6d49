#pragma once
// Families of metrics as a scrape collects them: values of a moment, with labels.

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace brood::supervisor {

using MetricFamilies = std::vector<prometheus::MetricFamily>;
using Labels = std::vector<prometheus::ClientMetric::Label>;

// Collects the samples of one family.
class Family {
 public:
  Family(prometheus::MetricType type, std::string name, std::string help);

  Family& add(Labels labels, double value);
  prometheus::MetricFamily take() { return std::move(family_); }

 private:
  prometheus::MetricFamily family_;
};

Family gauge(std::string name, std::string help);
Family counter(std::string name, std::string help);

}  // namespace brood::supervisor
