#pragma once
// As whom the gateway and the broker run when started by root, and who else may use the
// supervisor's socket.

#include <sys/types.h>

#include <optional>
#include <string>

#include "config/config.h"

namespace brood {

// The default of gateway.user and of supervisor.socket_group. A package makes both; where nobody
// has, ids of our own stand for them.
inline constexpr const char* kGatewayName = "brood-gateway";

// The default of egress.user.
inline constexpr const char* kEgressName = "brood-egress";

struct ServerAccount {
  uid_t uid;
  gid_t gid;
  // Why others may run under the same ids, and so reach what it reaches; empty if none should.
  std::string sharedBecause;
};

// The user that gateway.user names. If that is `brood-gateway` and there is none, uid and gid
// sandbox.uid_base - 1, which sandboxes do not use; and where these do not exist (a container with
// few ids), `nobody`. Throws ConfigError when another user is named that does not exist or is root,
// and when the ids of our own belong to somebody.
ServerAccount gatewayAccount(const Config& config);

// As whom brood-egress runs, likewise: egress.user, or uid and gid sandbox.uid_base - 2.
ServerAccount egressAccount(const Config& config);

// The group that supervisor.socket_group names; if that is `brood-gateway` and there is none, the
// gateway's. Nothing if it is empty. Throws ConfigError when another one does not exist.
std::optional<gid_t> socketGroup(const Config& config);

}  // namespace brood
