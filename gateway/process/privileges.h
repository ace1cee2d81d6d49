#pragma once
// Gives up what the gateway does not need to face the network.

#include "config/gateway_account.h"

namespace brood::gateway {

// As root: becomes `account`, without supplementary groups and with an empty capability bounding
// set. In any case: no_new_privs. For good; checked. The parent-death signal, which the kernel
// clears at a change of user, is restored. Call after listening, before the first byte from
// outside, with only this thread running.
void dropPrivileges(const ServerAccount& account);

}  // namespace brood::gateway
