#pragma once
// The supervisor's status as text for people.

#include <string>

#include "rpc/calls/supervisor.capnp.h"

namespace brood::cli {

std::string statusText(rpc::Status::Reader status);

// One line per profile: "default  python 3.11.2  8 of 8 parked".
std::string poolsText(rpc::Status::Reader status);

}  // namespace brood::cli
