#include "cli/commands/profile_command.h"

#include <fstream>
#include <sstream>

#include "cli/client/rpc_json.h"
#include "cli/client/supervisor_client.h"
#include "cli/terminal/cli_error.h"
#include "cli/terminal/output.h"
#include "cli/terminal/table.h"

namespace brood::cli {
namespace {

std::string readScript(const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw CliError("cannot read " + path);
  return text.str();
}

void setTexts(capnp::List<capnp::Text>::Builder out, const std::vector<std::string>& texts) {
  for (unsigned i = 0; i < out.size(); ++i) out.set(i, texts[i]);
}

void fillSpec(const ProfileArguments& arguments, const std::string& script,
              rpc::ProfileSpec::Builder spec) {
  spec.setLanguage(arguments.language);
  spec.setName(arguments.name);
  spec.setUsesDefaultPreload(!arguments.preload.has_value());
  if (arguments.preload) {
    setTexts(spec.initPreload(static_cast<unsigned>(arguments.preload->size())),
             *arguments.preload);
  }
  setTexts(spec.initEnvironment(static_cast<unsigned>(arguments.environment.size())),
           arguments.environment);
  spec.setWarmUpScript(
      capnp::Data::Reader(reinterpret_cast<const kj::byte*>(script.data()), script.size()));
  spec.setMinIdle(arguments.minIdle);
  spec.setTargetIdle(arguments.targetIdle);
  spec.setMaxIdle(arguments.maxIdle);
  spec.setMaxWorkers(arguments.maxWorkers);
  spec.setZygotes(arguments.zygotes);
  spec.setZygoteMaxForks(arguments.zygoteMaxForks);
  spec.setZygoteMaxAgeMs(arguments.zygoteMaxAgeMs);
}

void requireDone(rpc::ProfileOutcome::Reader outcome) {
  if (outcome.isDone()) return;
  auto rejected = outcome.getRejected();
  throw CliError(std::string(rejected.getCode().cStr()) + ": " + rejected.getMessage().cStr());
}

std::string percent(uint64_t part, uint64_t whole) {
  return whole == 0 ? "-" : std::to_string(part * 100 / whole) + " %";
}

std::string profilesText(rpc::Status::Reader status) {
  std::vector<std::vector<std::string>> rows{
      {"LANGUAGE", "PROFILE", "STATE", "PARKED", "HOT", "WARM", "COLD", "HIT RATE"}};
  for (auto runtime : status.getRuntimes()) {
    for (auto profile : runtime.getProfiles()) {
      const uint64_t hot = profile.getJobsHot(), warm = profile.getJobsWarm(),
                     cold = profile.getJobsCold();
      rows.push_back({runtime.getLanguage().cStr(), profile.getName().cStr(),
                      profile.getReady() ? "ready" : "starting",
                      std::to_string(profile.getIdle()) + "/" + std::to_string(profile.getTarget()),
                      std::to_string(hot), std::to_string(warm), std::to_string(cold),
                      percent(hot, hot + warm + cold)});
    }
  }
  return alignedTable(rows);
}

int list(UvAsyncIo& io, const SupervisorConfig& config, bool json) {
  SupervisorClient client(io, config.socketPath());
  auto response = client.supervisor().statusRequest().send().wait(io.waitScope());
  auto status = response.getStatus();
  if (json) {
    print(jsonText(statusJson(status)["runtimes"]));
  } else {
    print(profilesText(status));
  }
  return 0;
}

}  // namespace

int profileCommand(const ProfileArguments& arguments, const SupervisorConfig& config, bool json) {
  UvAsyncIo io;
  if (arguments.action == ProfileArguments::Action::list) return list(io, config, json);
  SupervisorClient client(io, config.adminSocketPath());
  auto admin = client.admin();
  if (arguments.action == ProfileArguments::Action::add) {
    auto request = admin.addProfileRequest();
    fillSpec(arguments, readScript(arguments.warmUpPath), request.initSpec());
    requireDone(request.send().wait(io.waitScope()).getOutcome());
    print(arguments.language + "/" + arguments.name + " is ready\n");
  } else {
    auto request = admin.removeProfileRequest();
    request.setLanguage(arguments.language);
    request.setName(arguments.name);
    requireDone(request.send().wait(io.waitScope()).getOutcome());
    print(arguments.language + "/" + arguments.name + " is gone\n");
  }
  return 0;
}

}  // namespace brood::cli
