#include "cli/doctor/installation_checks.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/client/supervisor_client.h"
#include "cli/terminal/cli_error.h"

namespace brood::cli {
namespace {

struct IdRange {
  uint64_t first;
  uint64_t last;

  bool contains(uint64_t id) const { return first <= id && id <= last; }
  bool overlaps(const IdRange& other) const { return first <= other.last && other.first <= last; }
};

// Names the account that uses an id of the range; empty if there is none.
std::string whoUses(const IdRange& range) {
  std::string user;
  ::setpwent();
  while (const passwd* entry = ::getpwent()) {
    if (range.contains(entry->pw_uid)) user = std::string("user ") + entry->pw_name;
  }
  ::endpwent();
  ::setgrent();
  while (const group* entry = ::getgrent()) {
    if (range.contains(entry->gr_gid)) user = std::string("group ") + entry->gr_name;
  }
  ::endgrent();
  for (const char* path : {"/etc/subuid", "/etc/subgid"}) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      for (char& c : line) c = c == ':' ? ' ' : c;
      std::istringstream fields(line);
      std::string name;
      uint64_t first = 0, count = 0;
      if (!(fields >> name >> first >> count) || count == 0) continue;
      if (range.overlaps({first, first + count - 1})) user = name + " in " + path;
    }
  }
  return user;
}

Check checkExecutable(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  if (::access(path.c_str(), X_OK) == 0) return {name, ProtectionState::ok, path, "", true};
  return {name, ProtectionState::missing, path + " is not there",
          "install it, or set supervisor.libexec_dir", true};
}

}  // namespace

Checks checkHostIds(const SandboxConfig& sandbox, Tier tier) {
  if (tier != Tier::root) {
    return {{"host uid per sandbox", ProtectionState::missing,
             std::string("tier ") + nameOf(tier) + ": one for all sandboxes",
             ::geteuid() == 0 ? "leave root its capabilities (CAP_SYS_ADMIN)" : "run as root"}};
  }
  IdRange range{sandbox.uidBase, sandbox.uidBase + 2ull * sandbox.maxSlots - 1};
  std::string text = std::to_string(range.first) + ".." + std::to_string(range.last);
  std::string user = whoUses(range);
  if (user.empty()) return {{"host uid per sandbox", ProtectionState::ok, text + " are free", ""}};
  return {{"host uid per sandbox", ProtectionState::missing, text + " are used by " + user,
           "set sandbox.uid_base to ids that nobody uses"}};
}

Checks checkFiles(const SupervisorConfig& supervisor, const std::string& binDir) {
  const std::filesystem::path prefix = std::filesystem::path(binDir).parent_path();
  std::string libexec = supervisor.libexecDir;
  if (libexec.empty()) libexec = (prefix / "libexec").string();
  std::string runtimes = supervisor.runtimesDir;
  if (runtimes.empty()) runtimes = (prefix / "share/brood/runtimes").string();

  Checks checks{checkExecutable(binDir + "/broodd"), checkExecutable(binDir + "/brood-gateway"),
                checkExecutable(libexec + "/brood-canary"),
                checkExecutable(libexec + "/brood-zygote-none"),
                checkExecutable(libexec + "/brood-zygote-python")};
  std::string manifest = runtimes + "/python/manifest.toml";
  if (::access(manifest.c_str(), R_OK) == 0) {
    checks.push_back({"runtime manifests", ProtectionState::ok, runtimes, "", true});
  } else {
    checks.push_back({"runtime manifests", ProtectionState::missing, manifest + " is not there",
                      "install it, or set supervisor.runtimes_dir", true});
  }
  return checks;
}

Checks checkCanary(const std::string& socketPath) try {
  UvAsyncIo io;
  SupervisorClient client(io, socketPath);
  auto response = client.supervisor().statusRequest().send().wait(io.waitScope());
  Checks checks;
  for (auto check : response.getStatus().getCanary().getChecks()) {
    const std::string verdict = check.getVerdict().cStr();
    const bool held = verdict == "held";
    std::string reason = std::string(held ? "could not " : "could ") + check.getWhat().cStr();
    if (check.getDetail().size() > 0) reason += std::string(" (") + check.getDetail().cStr() + ")";
    checks.push_back({std::string("canary: ") + check.getName().cStr(),
                      held                    ? ProtectionState::ok
                      : verdict == "expected" ? ProtectionState::off
                                              : ProtectionState::missing,
                      reason, "", verdict == "broken"});
  }
  return checks;
} catch (const CliError& error) {
  return {{"canary", ProtectionState::off, "not asked: no supervisor is running", ""}};
}

Checks checkPreload(const std::string& socketPath) try {
  UvAsyncIo io;
  SupervisorClient client(io, socketPath);
  auto response = client.supervisor().runtimesRequest().send().wait(io.waitScope());
  Checks checks;
  for (auto runtime : response.getRuntimes()) {
    for (auto profile : runtime.getProfiles()) {
      std::string name = std::string("preload of ") + profile.getName().cStr();
      for (auto missing : profile.getMissing()) {
        checks.push_back({name, ProtectionState::missing, missing.cStr(),
                          "install the package, or leave it out of profiles." +
                              std::string(profile.getName().cStr()) + ".preload"});
      }
      if (profile.getReady() && profile.getMissing().size() == 0) {
        checks.push_back({name, ProtectionState::ok,
                          std::to_string(profile.getPreloaded().size()) + " modules", ""});
      }
    }
  }
  return checks;
} catch (const CliError& error) {
  return {{"preload", ProtectionState::off, "not checked: no supervisor is running", ""}};
}

}  // namespace brood::cli
