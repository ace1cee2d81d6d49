#pragma once
// A supervisor that runs nothing: a real RPC server whose behaviour each test chooses.

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>

#include <functional>
#include <string>

#include "rpc/calls/supervisor.capnp.h"
#include "tests/unit/gateway/fake_sessions.h"

namespace brood::gateway {

class FakeSupervisor final : public rpc::Supervisor::Server {
 public:
  // Protected in the generated code; tests write their behaviour as functions of it.
  using rpc::Supervisor::Server::RunContext;
  using Run = std::function<kj::Promise<void>(RunContext)>;

  // Answers with ok, the job's code as stdout and its stdin as stderr.
  static kj::Promise<void> echo(RunContext context);
  static void fillResult(rpc::JobResult::Builder result);

  kj::Promise<void> run(RunContext context) override;
  kj::Promise<void> runtimes(RuntimesContext context) override;
  kj::Promise<void> status(StatusContext context) override;
  kj::Promise<void> metrics(MetricsContext context) override;
  kj::Promise<void> sessions(SessionsContext context) override;

  // Resolves when a run has begun, and when one has been cancelled by its caller.
  kj::Promise<void> whenRunBegins();
  kj::Promise<void> whenRunCancelled();

  Run onRun = echo;
  bool ready = true;
  bool draining = false;
  unsigned runsBegun = 0;
  FakeSessionState sessionState;

 private:
  kj::Own<kj::PromiseFulfiller<void>> begun_;
  kj::Own<kj::PromiseFulfiller<void>> cancelled_;
};

// The fake's socket. Destroying it is the supervisor's death.
class FakeSupervisorHost final : private kj::TaskSet::ErrorHandler {
 public:
  FakeSupervisorHost(kj::Network& network, kj::WaitScope& scope, const std::string& path);
  ~FakeSupervisorHost() noexcept(false);
  KJ_DISALLOW_COPY(FakeSupervisorHost);

  FakeSupervisor& fake() { return fake_; }

 private:
  void taskFailed(kj::Exception&& exception) override;

  std::string path_;
  FakeSupervisor& fake_;
  kj::Own<kj::ConnectionReceiver> receiver_;
  capnp::TwoPartyServer server_;
  kj::TaskSet tasks_;

  FakeSupervisorHost(kj::Network& network, kj::WaitScope& scope, const std::string& path,
                     kj::Own<FakeSupervisor> fake);
};

}  // namespace brood::gateway
