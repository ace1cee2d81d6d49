#pragma once
// `brood status`.

#include <string>

#include "rpc/supervisor.capnp.h"

namespace brood {

int statusCommand(const std::string& socketPath, bool json);

// For people.
std::string statusText(rpc::Status::Reader status);

// One line per profile: "default  python 3.11.2  8 of 8 parked".
std::string poolsText(rpc::Status::Reader status);

}  // namespace brood
