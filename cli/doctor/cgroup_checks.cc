#include "cli/doctor/cgroup_checks.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace brood::cli {
namespace {

struct Hierarchy {
  std::string version;  // "v1" or "v2"
  std::string directory;
};

bool hasWord(std::string text, const std::string& word, char separator) {
  std::istringstream words(std::move(text));
  for (std::string each; std::getline(words, each, separator);) {
    if (each == word) return true;
  }
  return false;
}

// The mounted hierarchy that has the controller, if the configured mode wants it.
std::optional<Hierarchy> findHierarchy(const std::string& controller, const std::string& mode) {
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string device, directory, type, options;
    fields >> device >> directory >> type >> options;
    if (type == "cgroup" && mode != "v2" && hasWord(options, controller, ',')) {
      return Hierarchy{"v1", directory};
    }
    if (type == "cgroup2" && mode != "v1") {
      std::ifstream file(directory + "/cgroup.controllers");
      std::string controllers;
      std::getline(file, controllers);
      if (hasWord(controllers, controller, ' ')) return Hierarchy{"v2", directory};
    }
  }
  return std::nullopt;
}

// Empty if a group could be made there.
std::string whyNotUsable(const std::string& directory) {
  std::string group = directory + "/brood-doctor-" + std::to_string(::getpid());
  if (::mkdir(group.c_str(), 0755) < 0) return ::strerror(errno);
  ::rmdir(group.c_str());
  return "";
}

Check checkController(const std::string& controller, const std::string& mode) {
  std::string name = "cgroup " + controller;
  auto hierarchy = findHierarchy(controller, mode);
  if (!hierarchy) {
    return {name, ProtectionState::missing, "no mounted hierarchy has the controller",
            "mount cgroups, or delegate the controller to this container"};
  }
  std::string problem = whyNotUsable(hierarchy->directory);
  if (!problem.empty()) {
    return {name, ProtectionState::missing, hierarchy->directory + ": " + problem,
            "run as root, or with a cgroup delegated to this user"};
  }
  return {name, ProtectionState::ok, hierarchy->version + " at " + hierarchy->directory, ""};
}

}  // namespace

Checks checkCgroups(const SandboxConfig& sandbox) {
  Checks checks;
  for (const char* controller : {"memory", "pids", "cpu"}) {
    if (sandbox.cgroupMode == "none") {
      checks.push_back({std::string("cgroup ") + controller, ProtectionState::off,
                        "sandbox.cgroup_mode is none", ""});
    } else {
      checks.push_back(checkController(controller, sandbox.cgroupMode));
    }
  }
  return checks;
}

}  // namespace brood::cli
