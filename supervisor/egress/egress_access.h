#pragma once
// Whether jobs have network here, and which job has it.

#include <kj/one-of.h>

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "rpc/calls/supervisor.capnp.h"
#include "supervisor/base/rejection.h"
#include "supervisor/egress/egress_broker.h"

namespace brood::supervisor {

// Reads [egress] again, or says what is wrong with the configuration.
using ReadEgress = std::function<std::variant<EgressConfig, std::string>()>;

struct EgressAccess {
  EgressBroker* broker = nullptr;  // Borrowed; nullptr: no job has network.
  std::string whyNot;              // For people, where there is no broker.
  bool isWanted = false;           // The configuration says that jobs are to have it.

  // Nothing: the job has none.
  using Decision = kj::OneOf<std::optional<JobNetwork>, RejectionInfo>;
  Decision admit(rpc::Network::Reader request) const;
  bool isUsual() const;
};

}  // namespace brood::supervisor
