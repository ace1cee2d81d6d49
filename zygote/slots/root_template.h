#pragma once
// The read-only part of every sandbox's root file system, built once per slot builder.
//
// Afterwards the process lives in a mount namespace of its own that holds a handful of mounts: the
// template, what is bound into it, and a /proc. Each slot's mount namespace is a copy of that, and
// every mount in it costs each copy.

#include "base/policy/layers.h"
#include "rpc/wire/zygote.capnp.h"

namespace brood::zygote {

// Where the template is, as this process sees it after enterRootTemplate().
constexpr const char* kTemplatePath = "/template";

// Needs CAP_SYS_ADMIN. Throws when any of it cannot be done; the process should end then.
// Without the own_root layer the template shows the host's directories instead.
void enterRootTemplate(wire::RootTemplate::Reader options, const LayerPolicy& policy);

}  // namespace brood::zygote
