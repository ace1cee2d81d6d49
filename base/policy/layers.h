#pragma once
// The protections of a sandbox by name, and what the operator wants of each.
//
// One table for the processes that speak of them: the configuration has a setting per layer,
// zygotes and workers apply and report them, the supervisor names them in every result.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace brood {

enum class Layer : uint8_t {
  user,
  mount,
  pid,
  net,
  ipc,
  uts,
  cgroup,
  uidPerSlot,
  ownRoot,
  readOnlyRoot,
  ownInodes,
  maskedProc,
  descriptors,
  rlimits,
  capabilities,
  securebits,
  noNewPrivs,
  dumpable,
  landlock,
  seccompNumbers,
  seccompArguments,
  cgroupMemory,
  cgroupPids,
  cgroupCpu,
};
constexpr size_t kLayerCount = static_cast<size_t>(Layer::cgroupCpu) + 1;

enum class LayerMode : uint8_t {
  required,   // A sandbox without it is not used.
  preferred,  // Applied if the host offers it; else reported as missing.
  off,        // Not applied, and reported as missing.
};

struct LayerInfo {
  const char* name;
  LayerMode defaultMode;
  const char* help;
  const char* fix;  // The advice for a host that cannot have it.
};

namespace layers_detail {
constexpr const char* kAllowNamespaces = "allow user namespaces, or run as root";
constexpr const char* kCgroupFix = "mount and delegate the cgroup controller";
constexpr const char* kLockDownFix = "run on Linux 5.12 or later, outside of other filters";
}  // namespace layers_detail

// In the order of Layer. A preferred namespace may be missing only together with the others, in
// the isolation level below.
inline constexpr std::array<LayerInfo, kLayerCount> kLayers = {{
    {"user", LayerMode::preferred, "User namespace", layers_detail::kAllowNamespaces},
    {"mount", LayerMode::preferred, "Mount namespace", layers_detail::kAllowNamespaces},
    {"pid", LayerMode::preferred, "PID namespace", layers_detail::kAllowNamespaces},
    {"net", LayerMode::preferred, "Network namespace", layers_detail::kAllowNamespaces},
    {"ipc", LayerMode::preferred, "IPC namespace", layers_detail::kAllowNamespaces},
    {"uts", LayerMode::preferred, "UTS namespace", layers_detail::kAllowNamespaces},
    {"cgroup", LayerMode::preferred, "Cgroup namespace", layers_detail::kAllowNamespaces},
    {"uid_per_slot", LayerMode::preferred, "Host uid and gid of its own for each sandbox",
     "run as root"},
    {"own_root", LayerMode::preferred, "Root with nothing of the host but read_only_paths",
     layers_detail::kAllowNamespaces},
    {"read_only_root", LayerMode::preferred, "That root read-only",
     layers_detail::kAllowNamespaces},
    {"own_inodes", LayerMode::preferred, "Inodes of its own: a file lock blocks no other sandbox",
     "use a kernel whose overlayfs works on all file systems of read_only_paths"},
    {"masked_proc", LayerMode::preferred, "Files of /proc that describe only the host hidden",
     layers_detail::kAllowNamespaces},
    {"descriptors", LayerMode::required, "No open file but stdin, stdout, stderr and the channel",
     layers_detail::kLockDownFix},
    {"rlimits", LayerMode::required, "Limits of each process", layers_detail::kLockDownFix},
    {"capabilities", LayerMode::required, "All capabilities dropped", layers_detail::kLockDownFix},
    {"securebits", LayerMode::required, "No capabilities by uid 0 or by execve, for good",
     layers_detail::kLockDownFix},
    {"no_new_privs", LayerMode::required, "No privileges by setuid programs",
     layers_detail::kLockDownFix},
    {"dumpable", LayerMode::required, "Brood's own processes closed to ptrace and /proc",
     layers_detail::kLockDownFix},
    {"landlock", LayerMode::preferred, "Landlock: paths, signals, abstract sockets",
     "boot a kernel with Landlock in its list of security modules (lsm=landlock,...)"},
    {"seccomp_numbers", LayerMode::required, "Seccomp: an allow-list of system calls",
     "use a kernel built with CONFIG_SECCOMP_FILTER"},
    {"seccomp_arguments", LayerMode::required, "Seccomp: rules on arguments",
     "use a kernel built with CONFIG_SECCOMP_FILTER"},
    {"cgroup_memory", LayerMode::preferred, "Memory limit of the whole sandbox",
     layers_detail::kCgroupFix},
    {"cgroup_pids", LayerMode::preferred, "Process limit of the whole sandbox",
     layers_detail::kCgroupFix},
    {"cgroup_cpu", LayerMode::preferred, "CPU bandwidth limit of the whole sandbox",
     layers_detail::kCgroupFix},
}};

constexpr const LayerInfo& infoOf(Layer layer) { return kLayers[static_cast<size_t>(layer)]; }
constexpr const char* nameOf(Layer layer) { return infoOf(layer).name; }

constexpr std::optional<Layer> layerNamed(std::string_view name) {
  for (size_t i = 0; i < kLayerCount; ++i) {
    if (name == kLayers[i].name) return static_cast<Layer>(i);
  }
  return std::nullopt;
}

// A set of layers, as it also crosses sockets: bit N is the Nth of Layer.
class LayerSet {
 public:
  constexpr LayerSet() = default;
  constexpr explicit LayerSet(uint64_t bits) : bits_(bits) {}

  constexpr bool has(Layer layer) const { return (bits_ & bit(layer)) != 0; }
  constexpr void add(Layer layer) { bits_ |= bit(layer); }
  constexpr void remove(Layer layer) { bits_ &= ~bit(layer); }
  constexpr bool includes(LayerSet other) const { return (other.bits_ & ~bits_) == 0; }
  constexpr uint64_t bits() const { return bits_; }

  constexpr LayerSet operator|(LayerSet other) const { return LayerSet(bits_ | other.bits_); }
  constexpr bool operator==(const LayerSet&) const = default;

 private:
  static constexpr uint64_t bit(Layer layer) { return uint64_t{1} << static_cast<unsigned>(layer); }

  uint64_t bits_ = 0;
};

// The mode that the operator wants for each layer. A request cannot change it.
class LayerPolicy {
 public:
  constexpr LayerPolicy() {
    for (size_t i = 0; i < kLayerCount; ++i) modes_[i] = kLayers[i].defaultMode;
  }
  // From the two sets that the supervisor sends to a zygote; every other layer is required.
  constexpr LayerPolicy(LayerSet off, LayerSet preferred) {
    for (size_t i = 0; i < kLayerCount; ++i) {
      const auto layer = static_cast<Layer>(i);
      modes_[i] = off.has(layer)         ? LayerMode::off
                  : preferred.has(layer) ? LayerMode::preferred
                                         : LayerMode::required;
    }
  }

  constexpr LayerMode mode(Layer layer) const { return modes_[static_cast<size_t>(layer)]; }
  constexpr void setMode(Layer layer, LayerMode mode) { modes_[static_cast<size_t>(layer)] = mode; }
  constexpr bool isOn(Layer layer) const { return mode(layer) != LayerMode::off; }
  constexpr bool isRequired(Layer layer) const { return mode(layer) == LayerMode::required; }

  constexpr LayerSet all(LayerMode mode) const {
    LayerSet found;
    for (size_t i = 0; i < kLayerCount; ++i) {
      if (modes_[i] == mode) found.add(static_cast<Layer>(i));
    }
    return found;
  }

 private:
  std::array<LayerMode, kLayerCount> modes_{};
};

}  // namespace brood
