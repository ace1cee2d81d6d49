#pragma once
// The text that `brood serve` shows.

#include <optional>
#include <string>

#include "rpc/calls/supervisor.capnp.h"

namespace brood::cli {

struct ServedAs {
  std::string address;  // As the gateway announced it.
  bool speaksTls = false;
  bool asksForKeys = false;
  std::optional<std::string> madeKey;  // For this run; shown here and nowhere else.
};

// Address, key, isolation, pools, and a request to paste.
std::string firstScreen(const ServedAs& served, rpc::Status::Reader status);

// Where a client on this machine connects to: "0.0.0.0:80" and "[::]:80" listen everywhere.
std::string clientAddress(const std::string& address);

}  // namespace brood::cli
