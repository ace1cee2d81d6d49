#pragma once
// A tunnel that stands, from the first byte of its client to its end.

#include <functional>

#include "egress/network/buffered_stream.h"
#include "egress/proxies/reach.h"

namespace brood::egress {

// Guards the beginning, then lets bytes pass until the tunnel ends. The client, whose first bytes
// may have been read already, is borrowed; a refusal is noted on the job's account.
kj::Promise<void> runTunnel(const Services& services, Job& job, LiveConnection& connection,
                            BufferedStream& client, Reached reached);

// Has a new list end the connection if its target is no longer allowed.
void watchTarget(LiveConnection& connection, const Job& job, const ApprovedTarget& target);

}  // namespace brood::egress
