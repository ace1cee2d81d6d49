#pragma once
// The gateway's table of contents.

#include "config/config.h"
#include "gateway/api/service_info.h"
#include "gateway/api/v1_execute.h"
#include "gateway/http/connection.h"
#include "gateway/http/router.h"

namespace brood {

// The handlers are borrowed.
Router makeRouter(V1Execute& execute, ServiceInfo& info);

HttpSettings httpSettings(const GatewayConfig& config);

}  // namespace brood
