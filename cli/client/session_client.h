#pragma once
// Sessions over one of the supervisor's RPC sockets, for one tenant.

#include <kj/async.h>

#include <string>

#include "cli/client/supervisor_client.h"
#include "rpc/calls/sessions.capnp.h"

namespace brood::cli {

// All of its calls wait for their answers, and throw CliError where the supervisor refuses or goes
// away.
class SessionClient {
 public:
  // The loop is borrowed. An empty tenant is the operator's own.
  SessionClient(UvAsyncIo& io, const std::string& socketPath, std::string tenant);
  KJ_DISALLOW_COPY(SessionClient);

  rpc::Sessions::Client& sessions() { return sessions_; }
  const std::string& tenant() const { return tenant_; }
  UvAsyncIo& io() { return io_; }

  rpc::Session::Client find(const std::string& id);

  template <typename T>
  auto wait(kj::Promise<T> answer) try {
    return answer.wait(io_.waitScope());
  } catch (const kj::Exception& error) {
    refuseBroken(error);
  }

 private:
  [[noreturn]] static void refuseBroken(const kj::Exception& error);

  UvAsyncIo& io_;
  SupervisorClient client_;
  const std::string tenant_;
  rpc::Sessions::Client sessions_;
};

// Throws CliError with the supervisor's reason.
[[noreturn]] void refuse(rpc::Rejection::Reader rejection);
void check(rpc::Done::Reader outcome);

}  // namespace brood::cli
