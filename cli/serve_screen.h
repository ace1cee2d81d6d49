#pragma once
// What `brood serve` shows.

#include <string>

#include "rpc/supervisor.capnp.h"

namespace brood {

// Address, isolation, pools, and a request to paste. `address` as the gateway announced it.
std::string firstScreen(const std::string& address, rpc::Status::Reader status);

// Where a client on this machine connects to: "0.0.0.0:80" and "[::]:80" listen everywhere.
std::string clientAddress(const std::string& address);

}  // namespace brood
