#include "config/gateway_account.h"

#include <grp.h>
#include <pwd.h>

#include <fstream>

#include "config/loader.h"

namespace brood {
namespace {

// Lines of "first-inside first-outside count": user_namespaces(7).
bool isMapped(const char* mapPath, uint64_t id) {
  std::ifstream map(mapPath);
  for (uint64_t inside, outside, count; map >> inside >> outside >> count;) {
    if (id >= inside && id - inside < count) return true;
  }
  return false;
}

// The setting that names a user, the name that it has by default, and the id that stands for that.
struct Wanted {
  std::string key, name, defaultName;
  uint32_t id;
};

ServerAccount ofUser(const Wanted& wanted, const std::string& name, std::string sharedBecause) {
  const passwd* user = ::getpwnam(name.c_str());
  if (user == nullptr) throw ConfigError(wanted.key + ": there is no user '" + name + "'");
  if (user->pw_uid == 0) throw ConfigError(wanted.key + ": '" + name + "' must not be root");
  return {user->pw_uid, user->pw_gid, std::move(sharedBecause)};
}

ServerAccount find(const Wanted& wanted) {
  const std::string& name = wanted.name;
  if (name != wanted.defaultName || ::getpwnam(name.c_str()) != nullptr) {
    return ofUser(wanted, name, name == "nobody" ? wanted.key + " is nobody" : "");
  }
  const std::string id = std::to_string(wanted.id);
  if (!isMapped("/proc/self/uid_map", wanted.id) || !isMapped("/proc/self/gid_map", wanted.id)) {
    return ofUser(wanted, "nobody", "there is no user " + name + ", and no id " + id + " here");
  }
  if (const passwd* owner = ::getpwuid(wanted.id)) {
    throw ConfigError(wanted.key + ": there is no user " + name +
                      ", and the id below sandbox.uid_base, " + id + ", belongs to '" +
                      owner->pw_name + "'; make such a user or name another");
  }
  return {wanted.id, wanted.id, ""};
}

}  // namespace

ServerAccount gatewayAccount(const Config& config) {
  return find({"gateway.user", config.gateway.user, kGatewayName, config.sandbox.uidBase - 1});
}

ServerAccount egressAccount(const Config& config) {
  return find({"egress.user", config.egress.user, kEgressName, config.sandbox.uidBase - 2});
}

std::optional<gid_t> socketGroup(const Config& config) {
  const std::string& name = config.supervisor.socketGroup;
  if (name.empty()) return {};
  if (const group* found = ::getgrnam(name.c_str())) return found->gr_gid;
  if (name == kGatewayName) return gatewayAccount(config).gid;
  throw ConfigError("supervisor.socket_group: there is no group '" + name + "'");
}

}  // namespace brood
