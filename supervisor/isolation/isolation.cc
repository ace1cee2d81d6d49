#include "supervisor/isolation/isolation.h"

#include <algorithm>
#include <optional>

#include "base/policy/landlock_versions.h"
#include "base/start_error.h"
#include "supervisor/base/lists.h"

namespace brood::supervisor {
namespace {

// Together they are the level "namespaces".
constexpr Layer kLevelLayers[] = {Layer::user, Layer::mount, Layer::pid,    Layer::net,
                                  Layer::ipc,  Layer::uts,   Layer::ownRoot};

std::optional<std::string> reasonFor(Layer layer, const std::vector<std::string>& reasons) {
  const std::string prefix = std::string(nameOf(layer)) + ": ";
  auto reason = std::find_if(reasons.begin(), reasons.end(),
                             [&](auto& each) { return each.starts_with(prefix); });
  if (reason == reasons.end()) return std::nullopt;
  return *reason;
}

std::string whyMissing(Layer layer, const LayerPolicy& policy, const AppliedLayers& applied) {
  const std::string prefix = std::string(nameOf(layer)) + ": ";
  if (!policy.isOn(layer)) return prefix + "off";
  return reasonFor(layer, applied.reasons).value_or(prefix + "not applied");
}

std::string levelOf(LayerSet applied) {
  const bool all = std::all_of(std::begin(kLevelLayers), std::end(kLevelLayers),
                               [&](Layer layer) { return applied.has(layer); });
  return all ? "namespaces" : "process";
}

}  // namespace

void notePartialLayers(AppliedLayers& applied) {
  const unsigned version = landlockVersion();
  const std::string lacking = landlockShortfall(version);
  if (lacking.empty() || !applied.set.has(Layer::landlock)) return;
  applied.partial.push_back(std::string(nameOf(Layer::landlock)) + ": in part: ABI " +
                            std::to_string(version) + " does not restrict " + lacking);
}

IsolationReport describeIsolation(Tier tier, const LayerPolicy& policy,
                                  const AppliedLayers& applied) {
  IsolationReport report;
  report.tier = nameOf(tier);
  report.level = levelOf(applied.set);
  report.applied = applied.set;
  for (size_t i = 0; i < kLayerCount; ++i) {
    const auto layer = static_cast<Layer>(i);
    if (applied.set.has(layer)) {
      report.layers.push_back(nameOf(layer));
      if (auto reason = reasonFor(layer, applied.partial)) report.missing.push_back(*reason);
    } else {
      report.missing.push_back(whyMissing(layer, policy, applied));
    }
  }
  report.missing.insert(report.missing.end(), applied.besides.begin(), applied.besides.end());
  return report;
}

void requireIsolation(const IsolationReport& report, const LayerPolicy& policy,
                      const std::string& minIsolation) {
  for (auto& missing : report.missing) {
    const auto layer = layerNamed(missing.substr(0, missing.find(':')));
    // One that is there in part is there: the best that the kernel has.
    if (!layer || !policy.isRequired(*layer) || report.applied.has(*layer)) continue;
    throw StartError("layer " + missing + fixForStep(nameOf(*layer)));
  }
  if (minIsolation == "namespaces" && report.level != minIsolation) {
    std::string all;
    for (auto& missing : report.missing) all += (all.empty() ? "" : "; ") + missing;
    throw StartError("isolation level is '" + report.level + "', sandbox.min_isolation asks for '" +
                     minIsolation + "'; missing: " + all);
  }
}

std::string fixForStep(const std::string& step) {
  const auto layer = layerNamed(step);
  if (!layer) return "";
  return std::string("; fix: ") + infoOf(*layer).fix + ", or do without: layers." + step +
         " = \"preferred\"";
}

void fillIsolation(const IsolationReport& report, rpc::Isolation::Builder out) {
  out.setLevel(report.level);
  out.setTier(report.tier);
  setTexts(out.initLayers(static_cast<unsigned>(report.layers.size())), report.layers);
  setTexts(out.initMissing(static_cast<unsigned>(report.missing.size())), report.missing);
}

void fillLayerPolicy(const LayerPolicy& policy, wire::LayerPolicy::Builder out) {
  out.setOff(policy.all(LayerMode::off).bits());
  out.setPreferred(policy.all(LayerMode::preferred).bits());
}

}  // namespace brood::supervisor
