#include "cli/doctor/gateway_checks.h"

#include <linux/seccomp.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/host_address.h"
#include "base/policy/landlock_versions.h"
#include "config/gateway_account.h"
#include "config/loader.h"

namespace brood::cli {
namespace {

Check checkUser(const Config& config) {
  const char* name = "gateway user";
  if (::geteuid() != 0) {
    return {name, ProtectionState::off, "who starts Brood is no root, and the gateway is the same",
            ""};
  }
  try {
    const auto account = gatewayAccount(config);
    if (!account.sharedBecause.empty()) {
      return {name, ProtectionState::missing, account.sharedBecause,
              "make a system user " + std::string(kGatewayName)};
    }
    const passwd* user = ::getpwuid(account.uid);
    return {name, ProtectionState::ok,
            user != nullptr ? user->pw_name
                            : "uid and gid " + std::to_string(account.uid) + ", which nobody has",
            ""};
  } catch (const ConfigError& error) {
    return {name, ProtectionState::missing, error.what(), "", true};
  }
}

Check checkLandlocked() {
  const unsigned version = landlockVersion();
  const char* name = "gateway landlock";
  if (version == 0) {
    return {name, ProtectionState::missing, std::strerror(errno), infoOf(Layer::landlock).fix};
  }
  return {name, ProtectionState::ok, "ABI " + std::to_string(version) + ": no path at all", ""};
}

Check checkFiltered() {
  const char* name = "gateway seccomp";
  const uint32_t action = SECCOMP_RET_ERRNO;
  if (::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) < 0) {
    return {name, ProtectionState::missing, std::strerror(errno),
            infoOf(Layer::seccompNumbers).fix};
  }
  return {name, ProtectionState::ok, "an allow-list of system calls", ""};
}

// Looks at files and settings alone: a key in the environment is the serving process's affair.
Check checkAccess(const Config& config) {
  const char* name = "gateway access";
  const bool isAlone = isLoopback(config.gateway.host);
  if (config.access.mode == "open") {
    return {name, ProtectionState::off, "access.mode is open: nobody is asked for a key",
            isAlone ? "" : "leave access.mode out"};
  }
  const std::string keys = config.access.keysPath();
  if (::access(keys.c_str(), F_OK) == 0) {
    return {name, ProtectionState::ok, "holders of a key in " + keys, ""};
  }
  if (isAlone) {
    return {name, ProtectionState::off, "every user of this machine, by " + config.gateway.host,
            ""};
  }
  return {name, ProtectionState::ok, "holders of BROOD_API_KEY, or of the key made for the run",
          ""};
}

}  // namespace

Checks checkGateway(const Config& config) {
  return {checkAccess(config), checkUser(config), checkLandlocked(), checkFiltered()};
}

}  // namespace brood::cli
