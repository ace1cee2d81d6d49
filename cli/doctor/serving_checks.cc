#include "cli/doctor/serving_checks.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <string_view>

#include "base/owned_fd.h"
#include "config/gateway_account.h"
#include "config/loader.h"
#include "host/listen_probe.h"
#include "host/runtime_dir.h"

namespace brood::cli {
namespace {

constexpr const char* kRuntimeDir =
    "supervisor.runtime_dir (--supervisor-runtime-dir, BROOD_SUPERVISOR_RUNTIME_DIR)";

Check checkRuntimeDir(const std::string& path) {
  const char* name = "runtime directory";
  const std::string problem = whyNotOwnDirectory(path);
  if (problem.empty()) return {name, ProtectionState::ok, path, "", true};
  return {name, ProtectionState::missing, "cannot use " + path + ": " + problem,
          std::string("name a directory that you may write with ") + kRuntimeDir, true};
}

// Started as root, the gateway is somebody else, and has to get to the supervisor's socket.
Check checkGatewayUser(const Config& config) {
  const char* name = "gateway user";
  const std::string& path = config.supervisor.runtimeDir;
  ServerAccount account{};
  try {
    account = gatewayAccount(config);
  } catch (const ConfigError& error) {
    return {name, ProtectionState::missing, error.what(), "set gateway.user to one that exists",
            true};
  }
  const std::string user = config.gateway.user + " (uid " + std::to_string(account.uid) + ")";
  const std::string problem = whyNotReachable(path, account.uid, account.gid);
  if (problem.empty()) return {name, ProtectionState::ok, user, "", true};
  constexpr std::string_view kBecome = "become: ";
  if (problem.starts_with(kBecome)) {
    return {name, ProtectionState::missing,
            "cannot be gateway.user " + user + ": " + problem.substr(kBecome.size()),
            "start Brood as another user than root, or leave it CAP_SETUID and CAP_SETGID", true};
  }
  return {name, ProtectionState::missing,
          "gateway.user " + user + " cannot enter " + problem + " on the way to " + path,
          std::string("name another directory with ") + kRuntimeDir + ", or chmod o+x that one",
          true};
}

Check checkAddress(const GatewayConfig& gateway) {
  const std::string address = gateway.host + ":" + std::to_string(gateway.port);
  const std::string problem = whyNotListening(gateway.host, gateway.port);
  if (problem.empty()) return {"address", ProtectionState::ok, address, "", true};
  return {"address", ProtectionState::missing, "cannot listen on " + address + ": " + problem,
          "end what uses it, or choose another with gateway.port (--port, PORT) and gateway.host "
          "(--host, HOST)",
          true};
}

bool isServed(const SupervisorConfig& supervisor) {
  OwnedFd lock(::open((supervisor.runtimeDir + "/lock").c_str(), O_RDONLY | O_CLOEXEC));
  return lock && ::flock(lock.get(), LOCK_SH | LOCK_NB) < 0;
}

}  // namespace

Checks checkServing(const Config& config) {
  const std::string& path = config.supervisor.runtimeDir;
  Checks checks{checkRuntimeDir(path)};
  if (::geteuid() == 0) checks.push_back(checkGatewayUser(config));
  if (!isServed(config.supervisor)) checks.push_back(checkAddress(config.gateway));
  return checks;
}

std::string whyNotServing(const Checks& checks) {
  for (const auto& check : checks) {
    if (check.state == ProtectionState::missing) return check.reason + "; fix: " + check.fix;
  }
  return "";
}

}  // namespace brood::cli
