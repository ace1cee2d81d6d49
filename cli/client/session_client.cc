#include "cli/client/session_client.h"

#include "cli/client/job_report.h"
#include "cli/terminal/cli_error.h"
#include "cli/terminal/exit_codes.h"

namespace brood::cli {

SessionClient::SessionClient(UvAsyncIo& io, const std::string& socketPath, std::string tenant)
    : io_(io),
      client_(io, socketPath),
      tenant_(std::move(tenant)),
      sessions_(
          client_.supervisor().sessionsRequest().send().getSessions().castAs<rpc::Sessions>()) {}

rpc::Session::Client SessionClient::find(const std::string& id) {
  auto call = sessions_.findRequest();
  call.setId(id);
  call.setTenant(tenant_);
  auto response = wait(kj::Promise<capnp::Response<rpc::Sessions::FindResults>>(call.send()));
  const auto outcome = response.getOutcome();
  if (outcome.isRejected()) refuse(outcome.getRejected());
  return outcome.getOpened().getSession();
}

void SessionClient::refuseBroken(const kj::Exception& error) {
  if (error.getType() != kj::Exception::Type::DISCONNECTED) throw kj::Exception(error);
  throw CliError("the supervisor went away", kBroodFailedExitCode);
}

void refuse(rpc::Rejection::Reader rejection) {
  throw CliError(rejectionLine(rejection), kBroodFailedExitCode);
}

void check(rpc::Done::Reader outcome) {
  if (outcome.isRejected()) refuse(outcome.getRejected());
}

}  // namespace brood::cli
