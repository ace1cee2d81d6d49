#include "supervisor/isolation/canary_report.h"

#include <kj/debug.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "base/policy/landlock_versions.h"
#include "supervisor/base/lists.h"

namespace brood::supervisor {
namespace {

constexpr size_t kMaxDetailBytes = 120;
constexpr uint64_t kHalfOfTheTimeMicros = 30'000;

struct ActLine {
  bool reached = true;
  std::string detail = "no answer";
};

std::map<std::string, ActLine> parseLines(const std::string& output) {
  std::map<std::string, ActLine> lines;
  std::istringstream stream(output);
  for (std::string line; std::getline(stream, line);) {
    const size_t first = line.find('\t');
    const size_t second = first == std::string::npos ? first : line.find('\t', first + 1);
    if (second == std::string::npos) continue;
    const bool stopped = line.substr(first + 1, second - first - 1) == "stopped";
    lines[line.substr(0, first)] = {!stopped, line.substr(second + 1, kMaxDetailBytes)};
  }
  return lines;
}

bool anyOf(LayerSet some, LayerSet all) { return (some.bits() & all.bits()) != 0; }

std::string describe(const CanaryCheck& check) {
  return "a canary could " + check.what + (check.detail.empty() ? "" : " (" + check.detail + ")");
}

const char* nameOf(CanaryVerdict verdict) {
  switch (verdict) {
    case CanaryVerdict::held:
      return "held";
    case CanaryVerdict::broken:
      return "broken";
    case CanaryVerdict::expected:
      return "expected";
  }
  return "";
}

}  // namespace

CanaryVerdict CanaryCheck::verdict(LayerSet applied) const {
  if (held) return CanaryVerdict::held;
  const bool nobodyElse = stoppedBy == LayerSet();
  return nobodyElse || anyOf(stoppedBy, applied) ? CanaryVerdict::broken : CanaryVerdict::expected;
}

AppliedLayers CanaryReport::survivorsOf(const AppliedLayers& applied) const {
  AppliedLayers left = applied;
  for (auto& check : checks) {
    if (check.held) continue;
    for (size_t i = 0; i < kLayerCount; ++i) {
      const auto layer = static_cast<Layer>(i);
      if (!check.stoppedBy.has(layer) || !left.set.has(layer)) continue;
      left.set.remove(layer);
      left.reasons.push_back(std::string(brood::nameOf(layer)) + ": " + describe(check));
    }
  }
  return left;
}

void CanaryReport::requireLimits() const {
  for (auto& check : checks) {
    KJ_REQUIRE(check.held || !(check.stoppedBy == LayerSet()), check.name.c_str(),
               describe(check).c_str());
  }
}

CanaryCheck readEgressAnswer(const std::string& output, const std::string& target) {
  const auto lines = parseLines(output);
  const auto found = lines.find(target);
  KJ_REQUIRE(found != lines.end() && found->second.detail.starts_with("HTTP/1."),
             "the canary could not ask the proxy of its sandbox", target.c_str(),
             found == lines.end() ? "no line" : found->second.detail.c_str());
  CanaryCheck check;
  check.held = !found->second.reached;
  check.detail = found->second.detail;
  return check;
}

bool keptToATenthOfACpu(uint64_t cpuMicros, uint64_t wallMicros) {
  return cpuMicros < std::max(kHalfOfTheTimeMicros, wallMicros / 5);
}

std::vector<CanaryCheck> readCanaryActs(const std::string& output) {
  auto lines = parseLines(output);
  std::vector<CanaryCheck> checks;
  const unsigned version = landlockVersion();
  for (auto& act : kCanaryActs) {
    const ActLine& line = lines[act.name];
    checks.push_back({act.name, act.what, act.stoppers(version), !line.reached, line.detail});
  }
  return checks;
}

void fillCanary(const CanaryReport& report, rpc::Canary::Builder out) {
  auto list = out.initChecks(static_cast<unsigned>(report.checks.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    const CanaryCheck& check = report.checks[i];
    list[i].setName(check.name);
    list[i].setWhat(check.what);
    list[i].setVerdict(nameOf(check.verdict(report.claimed)));
    list[i].setDetail(check.detail);
    std::vector<std::string> layers;
    for (size_t k = 0; k < kLayerCount; ++k) {
      const auto layer = static_cast<Layer>(k);
      if (check.stoppedBy.has(layer)) layers.push_back(brood::nameOf(layer));
    }
    setTexts(list[i].initLayers(static_cast<unsigned>(layers.size())), layers);
  }
}

}  // namespace brood::supervisor
