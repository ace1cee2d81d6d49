#pragma once
// The end of a command's events that the supervisor is given.

#include "gateway/jobs/event_relay.h"
#include "rpc/calls/sessions.capnp.h"

namespace brood::gateway {

// The command's end comes with the answer to the call, too, which is where it is read.
rpc::CommandSink::Client newFollowSink(kj::Own<EventRelay> relay);

}  // namespace brood::gateway
