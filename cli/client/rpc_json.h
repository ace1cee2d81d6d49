#pragma once
// RPC structures as JSON, with the names of the HTTP API.

#include <nlohmann/json.hpp>

#include "rpc/calls/result_names.h"
#include "rpc/calls/supervisor.capnp.h"

namespace brood::cli {

using Json = nlohmann::ordered_json;

Json resultJson(rpc::JobResult::Reader result);
Json rejectionJson(rpc::Rejection::Reader rejection);
Json statusJson(rpc::Status::Reader status);

// Bytes that are not UTF-8 become U+FFFD; of a job's output there are none (base/output_text.h).
std::string jsonText(const Json& json);

}  // namespace brood::cli
