#pragma once
// Turns the supervisor's refusals and failures into errors of the API.

#include <kj/exception.h>

#include "gateway/http/error_response.h"
#include "rpc/calls/supervisor.capnp.h"

namespace brood::gateway {

ApiError supervisorUnavailable();
ApiError fromRejection(rpc::Rejection::Reader rejection);
// A call that broke. The exception's text stays in our log: it is not for strangers.
ApiError fromBrokenCall(const kj::Exception& exception);

}  // namespace brood::gateway
