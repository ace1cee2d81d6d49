#pragma once
// The gateway's table of contents.

#include "config/config.h"
#include "gateway/entry/usage_route.h"
#include "gateway/http/connection.h"
#include "gateway/http/router.h"
#include "gateway/protocols/service_info.h"
#include "gateway/protocols/v1/v1_execute.h"
#include "gateway/sessions/session_front.h"

namespace brood::gateway {

// The handlers are borrowed.
Router makeRouter(V1Execute& execute, ServiceInfo& info, UsageRoute& usage, SessionFront& sessions);

HttpSettings httpSettings(const GatewayConfig& config);

}  // namespace brood::gateway
