#pragma once
// RPC structures as JSON, with the names of the HTTP API.

#include <nlohmann/json.hpp>

#include "rpc/result_names.h"
#include "rpc/supervisor.capnp.h"

namespace brood {

using Json = nlohmann::ordered_json;

Json resultJson(rpc::JobResult::Reader result);
Json rejectionJson(rpc::Rejection::Reader rejection);
Json statusJson(rpc::Status::Reader status);

// Bytes that are not UTF-8 become U+FFFD.
std::string jsonText(const Json& json);

}  // namespace brood
