// [layers]: what is wanted of each protection, and what cannot be wanted together.
#include "base/policy/layers.h"

#include <gtest/gtest.h>

#include <set>

#include "config/loader.h"

namespace brood {
namespace {

LoadedConfig load(std::vector<std::string> flags,
                  const std::vector<std::string>& environment = {}) {
  flags.insert(flags.begin(), {"--config", "/dev/null"});
  return loadConfig(flags, environment);
}

std::string errorOf(const std::vector<std::string>& flags) {
  try {
    load(flags);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Layers, EachHasASettingOfItsOwn) {
  std::set<std::string> names;
  for (size_t i = 0; i < kLayerCount; ++i) {
    const auto layer = static_cast<Layer>(i);
    names.insert(nameOf(layer));
    EXPECT_EQ(load({}).config.layers.mode(layer), infoOf(layer).defaultMode) << nameOf(layer);
    const std::string variable = std::string("BROOD_LAYERS_") + nameOf(layer);
    std::string upper;
    for (char c : variable) upper += static_cast<char>(std::toupper(c));
    EXPECT_EQ(load({}, {upper + "=required"}).config.layers.mode(layer), LayerMode::required);
  }
  EXPECT_EQ(names.size(), kLayerCount);
}

TEST(Layers, AreSwitchedByName) {
  auto layers = load({"--layers-landlock=off", "--layers-cgroup-memory=required"}).config.layers;
  EXPECT_FALSE(layers.isOn(Layer::landlock));
  EXPECT_TRUE(layers.isRequired(Layer::cgroupMemory));
  EXPECT_EQ(layers.mode(Layer::net), LayerMode::preferred);
}

TEST(Layers, RefuseOtherWords) {
  EXPECT_EQ(errorOf({"--layers-landlock=on"}),
            "layers.landlock: 'on' (flag --layers-landlock) is not one of the choices; allowed: "
            "required, preferred or off");
}

TEST(Layers, RefuseOneWithoutWhatItNeeds) {
  EXPECT_EQ(errorOf({"--layers-own-root=off"}),
            "layers.own_root: is off, but layers.read_only_root cannot do without it; switch that "
            "off too");
  EXPECT_EQ(errorOf({"--layers-no-new-privs=off"}),
            "layers.no_new_privs: is off, but layers.seccomp_numbers cannot do without it; switch "
            "that off too");
  EXPECT_EQ(
      errorOf({"--layers-read-only-root=off"}),
      "layers.read_only_root: is off, but layers.own_inodes cannot do without it; switch that "
      "off too");
  EXPECT_EQ(
      errorOf({"--layers-own-root=off", "--layers-read-only-root=off", "--layers-own-inodes=off"}),
      "no error");
}

}  // namespace
}  // namespace brood
