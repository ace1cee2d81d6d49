#pragma once
// The acts that the canary tries inside a sandbox, and the layers that are there to stop each.
//
// One table for the guest that tries (canary/) and the supervisor that judges
// (supervisor/checks/canary.h). That a layer was accepted by the kernel is not yet a protection;
// that the act failed is.

#include <array>
#include <string_view>

#include "base/policy/layers.h"

namespace brood {

struct CanaryAct {
  const char* name;
  const char* what;
  // Each of them alone is enough to stop it, so an act that succeeds proves all ineffective.
  LayerSet stoppedBy;
  unsigned landlockFrom = 0;  // The first version of Landlock that stops it; 0: any.

  // On a kernel with this version of Landlock.
  constexpr LayerSet stoppers(unsigned landlockVersion) const {
    LayerSet layers = stoppedBy;
    if (landlockVersion < landlockFrom) layers.remove(Layer::landlock);
    return layers;
  }
};

constexpr LayerSet layerSetOf(std::initializer_list<Layer> layers) {
  LayerSet set;
  for (Layer layer : layers) set.add(layer);
  return set;
}

inline constexpr std::array kCanaryActs = {
    CanaryAct{"user_namespace", "be in the supervisor's user namespace", layerSetOf({Layer::user})},
    CanaryAct{"mount_namespace", "be in the supervisor's mount namespace",
              layerSetOf({Layer::mount})},
    CanaryAct{"pid_namespace", "be in the supervisor's PID namespace", layerSetOf({Layer::pid})},
    CanaryAct{"net_namespace", "be in the supervisor's network namespace",
              layerSetOf({Layer::net})},
    CanaryAct{"ipc_namespace", "be in the supervisor's IPC namespace", layerSetOf({Layer::ipc})},
    CanaryAct{"uts_namespace", "be in the supervisor's UTS namespace", layerSetOf({Layer::uts})},
    CanaryAct{"cgroup_namespace", "read the host's cgroup path", layerSetOf({Layer::cgroup})},
    CanaryAct{"network_interface", "see an interface other than loopback",
              layerSetOf({Layer::net})},
    CanaryAct{"network_route", "send a packet to another host", layerSetOf({Layer::net})},
    CanaryAct{"host_socket", "connect to an abstract socket of the supervisor",
              layerSetOf({Layer::net, Layer::landlock}), 6},
    CanaryAct{"host_process", "signal the supervisor",
              layerSetOf({Layer::pid, Layer::landlock, Layer::user}), 6},
    CanaryAct{"host_file", "read a file of the supervisor", layerSetOf({Layer::ownRoot})},
    CanaryAct{"host_file_write", "write a file of the supervisor that anybody may write",
              layerSetOf({Layer::ownRoot, Layer::landlock})},
    CanaryAct{"host_device", "find a device beyond the harmless five",
              layerSetOf({Layer::ownRoot})},
    CanaryAct{"writable_root", "find a root that is not mounted read-only",
              layerSetOf({Layer::readOnlyRoot})},
    CanaryAct{"write_system", "create a file in /, /etc, /usr or /var",
              layerSetOf({Layer::readOnlyRoot, Layer::landlock})},
    CanaryAct{"write_proc", "open its own /proc files for writing", layerSetOf({Layer::landlock})},
    CanaryAct{"write_kernel_setting", "open a kernel setting for writing",
              layerSetOf({Layer::landlock, Layer::user, Layer::capabilities})},
    CanaryAct{"shared_lock", "meet a lock that the supervisor has on a file",
              layerSetOf({Layer::ownInodes})},
    CanaryAct{"host_facts", "read in /proc what is the host's alone",
              layerSetOf({Layer::maskedProc})},
    CanaryAct{"workspace_bytes", "write more than the workspace holds",
              layerSetOf({Layer::ownRoot})},
    CanaryAct{"workspace_inodes", "create more files than the workspace holds",
              layerSetOf({Layer::ownRoot})},
    CanaryAct{"open_descriptor", "find an open file beside its standard streams",
              layerSetOf({Layer::descriptors})},
    CanaryAct{"open_files", "open more files than allowed", layerSetOf({Layer::rlimits})},
    CanaryAct{"file_size", "write a larger file than allowed", layerSetOf({Layer::rlimits})},
    CanaryAct{"core_dump", "leave a core dump, or have the host handle one",
              layerSetOf({Layer::rlimits})},
    CanaryAct{"core_limit", "change its limit of core dumps", layerSetOf({Layer::seccompNumbers})},
    CanaryAct{"lock_of_nobody", "make a lock that belongs to no process",
              layerSetOf({Layer::seccompArguments})},
    CanaryAct{"write_out", "force writes to the host's disks", layerSetOf({Layer::seccompNumbers})},
    CanaryAct{"capability", "hold a capability", layerSetOf({Layer::capabilities})},
    CanaryAct{"become_root", "become uid 0", layerSetOf({Layer::capabilities})},
    CanaryAct{"mount", "mount a file system",
              layerSetOf({Layer::capabilities, Layer::seccompNumbers})},
    CanaryAct{"root_by_securebits", "regain capabilities by uid 0",
              layerSetOf({Layer::securebits})},
    CanaryAct{"setuid_programs", "gain privileges by a setuid program",
              layerSetOf({Layer::noNewPrivs})},
    CanaryAct{"parent_memory", "look into the process it comes from",
              layerSetOf({Layer::dumpable, Layer::user})},
    CanaryAct{"nested_namespace", "make a user namespace of its own",
              layerSetOf({Layer::seccompNumbers})},
    CanaryAct{"io_uring", "set up io_uring", layerSetOf({Layer::seccompNumbers})},
    CanaryAct{"userfaultfd", "create a userfaultfd", layerSetOf({Layer::seccompNumbers})},
    CanaryAct{"keyring", "leave a key in a keyring", layerSetOf({Layer::seccompNumbers})},
    CanaryAct{"trace", "be traced, or trace", layerSetOf({Layer::seccompNumbers})},
    CanaryAct{"socket_family", "create a socket of a family that few programs need",
              layerSetOf({Layer::seccompArguments})},
    CanaryAct{"pipe_size", "grow a pipe, which is memory that few account for",
              layerSetOf({Layer::seccompArguments})},
    CanaryAct{"socket_buffer", "grow a socket's buffer", layerSetOf({Layer::seccompArguments})},
    CanaryAct{"socket_filter", "have a socket keep a filter",
              layerSetOf({Layer::seccompArguments})},
    CanaryAct{"own_filter", "install a filter of system calls",
              layerSetOf({Layer::seccompNumbers})},
    CanaryAct{"file_watch", "watch files of others", layerSetOf({Layer::seccompNumbers})},
    CanaryAct{"unlisted_prctl", "use prctl for what no program needs",
              layerSetOf({Layer::seccompArguments})},
    CanaryAct{"signal_quota", "have more timers than one job may", layerSetOf({Layer::rlimits})},
    CanaryAct{"child_of_parent", "leave its child to the process it comes from",
              layerSetOf({Layer::seccompArguments})},
};

constexpr const CanaryAct* canaryActNamed(std::string_view name) {
  for (auto& act : kCanaryActs) {
    if (name == act.name) return &act;
  }
  return nullptr;
}

}  // namespace brood
