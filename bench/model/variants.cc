#include "bench/model/variants.h"

#include <algorithm>

#include "base/policy/layers.h"
#include "base/policy/techniques.h"

namespace brood::bench {
namespace {

constexpr size_t kParked[] = {10, 100, 1'000};
constexpr size_t kHeapMegabytes[] = {8, 64, 256, 512};
// A tuple, its number and its place in the list: about 105 bytes.
constexpr size_t kTuplesPerMegabyte = 9'500;

Variant layersOff(const char* key, const char* title, const std::vector<std::string>& names) {
  std::string toml = "[layers]\n";
  for (const auto& name : names) toml += name + " = \"off\"\n";
  return {"layers", key, title, toml, "", 0};
}

std::vector<std::string> allLayerNames() {
  std::vector<std::string> names;
  for (const auto& layer : kLayers) names.emplace_back(layer.name);
  return names;
}

void addTechniques(std::vector<Variant>& variants) {
  for (const auto& technique : kTechniques) {
    const std::string name = technique.name;
    variants.push_back({"techniques", name + "_off", name + " = \"off\"",
                        "[techniques]\n" + name + " = \"off\"\n", "", 0});
  }
  variants.push_back({"techniques", "no_spare_slots", "spare_slots = 0, built when needed",
                      "[sandbox]\nspare_slots = 0\n", "", 0});
  variants.push_back(
      {"techniques", "two_zygotes", "zygotes = 2", "[profiles.default]\nzygotes = 2\n", "", 0});
  variants.push_back({"techniques", "succession", "zygote_max_forks = 100",
                      "[profiles.default]\nzygote_max_forks = 100\n", "", 0});
}

void addLayers(std::vector<Variant>& variants) {
  variants.push_back(layersOff("no_net", "no network namespace", {"net"}));
  variants.push_back(
      layersOff("no_seccomp", "no seccomp", {"seccomp_numbers", "seccomp_arguments"}));
  variants.push_back(layersOff("no_landlock", "no Landlock", {"landlock"}));
  variants.push_back(layersOff("no_cgroups", "no cgroups",
                               {"cgroup_memory", "cgroup_pids", "cgroup_cpu", "cgroup"}));
  // All its jobs write their program to the host's /workspace.
  auto none = layersOff("no_sandbox", "no layer at all", allLayerNames());
  none.takesLoad = false;
  variants.push_back(none);
}

void addPools(std::vector<Variant>& variants) {
  for (size_t parked : kParked) {
    const std::string count = std::to_string(parked);
    variants.push_back({"pools", "parked_" + count, count + " parked workers",
                        "[sandbox]\nmax_slots = " + std::to_string(parked + 64) +
                            "\n[profiles.default]\ntarget_idle = " + count +
                            "\nmax_workers = " + std::to_string(parked + 64) + "\n",
                        "", static_cast<double>(parked)});
  }
}

void addHeaps(std::vector<Variant>& variants) {
  for (size_t megabytes : kHeapMegabytes) {
    const std::string size = std::to_string(megabytes);
    const std::string tuples = std::to_string(megabytes * kTuplesPerMegabyte);
    variants.push_back({"heaps", "heap_" + size, size + " MB of tuples in the zygote", "",
                        "data = [(i,) for i in range(" + tuples + ")]\n",
                        static_cast<double>(megabytes)});
  }
}

}  // namespace

std::vector<Variant> variantsOf(const std::vector<std::string>& groups) {
  std::vector<Variant> variants{{"", "base", "as by default", "", "", 0}};
  auto wants = [&](const char* group) {
    return std::find(groups.begin(), groups.end(), group) != groups.end();
  };
  if (wants("techniques")) addTechniques(variants);
  if (wants("layers")) addLayers(variants);
  if (wants("pools")) addPools(variants);
  if (wants("heaps")) addHeaps(variants);
  return variants;
}

}  // namespace brood::bench
