#pragma once
// What the supervisor refuses or cannot answer, as errors of the API.

#include <kj/exception.h>

#include "gateway/http/error_response.h"
#include "rpc/supervisor.capnp.h"

namespace brood {

ApiError supervisorUnavailable();
ApiError fromRejection(rpc::Rejection::Reader rejection);
// A call that broke. The exception's text stays in our log: it is not for strangers.
ApiError fromBrokenCall(const kj::Exception& exception);

}  // namespace brood
