#pragma once
// Sessions that run nothing: a real RPC server whose behaviour each test chooses.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "rpc/calls/sessions.capnp.h"

namespace brood::gateway {

// The fakes' questions and answers. There is one session, "s1".
struct FakeSessionState {
  // Protected in the generated code.
  struct Contexts : rpc::Session::Server {
    using rpc::Session::Server::ExecuteContext;
    using rpc::Session::Server::FollowContext;
    using rpc::Session::Server::StartContext;
  };
  using Execute = std::function<kj::Promise<void>(Contexts::ExecuteContext)>;
  using Start = std::function<kj::Promise<void>(Contexts::StartContext)>;
  using Follow = std::function<kj::Promise<void>(Contexts::FollowContext)>;

  std::string tenant;  // The session's.
  // Answers every call but open, find and list, unless it is empty.
  std::string rejectionCode;
  rpc::RejectionKind rejectionKind = rpc::RejectionKind::NOT_FOUND;
  Execute onExecute;
  Start onStart;
  Follow onFollow;
  std::map<std::string, std::string> files;  // By path.

  // The calls so far with their arguments, "close", "signal c1 2" and the like.
  std::vector<std::string> calls;
  std::string openedTenant;
  uint32_t openedMost = 0;
};

// The state is borrowed.
rpc::Sessions::Client newFakeSessions(FakeSessionState& state);

// A cell's result as the fake gives it: ok, with the code as its output.
void fillCellResult(rpc::Cell::Reader cell, rpc::CellResult::Builder result);

}  // namespace brood::gateway
