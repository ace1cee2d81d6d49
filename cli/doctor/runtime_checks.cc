#include "cli/doctor/runtime_checks.h"

#include "cli/client/supervisor_client.h"
#include "cli/terminal/cli_error.h"
#include "rpc/calls/result_names.h"

namespace brood::cli {
namespace {

constexpr size_t kMaxShown = 200;

// On one line, and not all of a long output.
std::string shown(capnp::Data::Reader data) {
  std::string result = "'";
  for (const char c : data.asChars()) {
    if (result.size() > kMaxShown) return result + "...'";
    if (c == '\n') {
      result += "\\n";
    } else {
      result += c;
    }
  }
  return result + "'";
}

std::string problemOf(rpc::RunOutcome::Reader outcome, rpc::Sample::Reader sample) {
  if (outcome.isRejected()) return outcome.getRejected().getMessage().cStr();
  auto result = outcome.getResult();
  if (result.getStatus() != rpc::JobStatus::OK) {
    std::string problem = std::string("ended with ") + statusName(result.getStatus());
    if (result.getMessage().size() > 0) problem += std::string(": ") + result.getMessage().cStr();
    return problem + ", stderr " + shown(result.getStderr());
  }
  if (result.getStdout() != sample.getStdout()) {
    return "printed " + shown(result.getStdout()) + " and not " + shown(sample.getStdout());
  }
  return "";
}

Check runSample(UvAsyncIo& io, SupervisorClient& client, rpc::RuntimeInfo::Reader runtime) {
  auto request = client.supervisor().runRequest();
  auto job = request.initJob();
  job.setLanguage(runtime.getLanguage());
  job.setCode(runtime.getSample().getCode());
  auto response = request.send().wait(io.waitScope());
  const std::string name = std::string("sample of ") + runtime.getLanguage().cStr();
  const std::string problem = problemOf(response.getOutcome(), runtime.getSample());
  if (!problem.empty()) {
    return {name, ProtectionState::missing, problem,
            "compare the language's manifest with what is installed"};
  }
  return {name, ProtectionState::ok, std::string(runtime.getVersion().cStr()), ""};
}

}  // namespace

Checks checkRuntimes(const std::string& socketPath) try {
  UvAsyncIo io;
  SupervisorClient client(io, socketPath);
  auto known = client.supervisor().runtimesRequest().send().wait(io.waitScope());
  Checks checks;
  for (auto refusal : known.getRefused()) {
    const std::string line =
        refusal.getLine() > 0 ? ":" + std::to_string(refusal.getLine()) : std::string();
    checks.push_back(
        {"runtime manifest", ProtectionState::missing,
         std::string(refusal.getFile().cStr()) + line + ": " + refusal.getReason().cStr(),
         "correct the file and start again"});
  }
  for (auto runtime : known.getRuntimes()) {
    if (runtime.getWhyUnavailable().size() > 0) {
      checks.push_back({std::string("language ") + runtime.getLanguage().cStr(),
                        ProtectionState::off, runtime.getWhyUnavailable().cStr(), ""});
    } else if (runtime.hasSample()) {
      checks.push_back(runSample(io, client, runtime));
    }
  }
  return checks;
} catch (const CliError& error) {
  return {{"languages", ProtectionState::off, "not asked: no supervisor is running", ""}};
}

}  // namespace brood::cli
