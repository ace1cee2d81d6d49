#include "zygote/worker/surroundings.h"

#include <errno.h>
#include <kj/debug.h>
#include <unistd.h>

#include <climits>
#include <cstring>

namespace brood::zygote {
namespace {

constexpr kj::StringPtr kWorkspaceInside = "/workspace"_kj;
constexpr kj::StringPtr kRuntimesInside = "/brood/"_kj;

// A job finds only itself below /proc, and what tells of the machine: processors, memory, time.
// "self" is resolved when the rule is made, by the process that the rule is for.
constexpr LandlockRule kFixedRules[] = {{"/dev/null", LandlockGrant::useDevices},
                                        {"/dev/zero", LandlockGrant::useDevices},
                                        {"/dev/full", LandlockGrant::useDevices},
                                        {"/dev/random", LandlockGrant::useDevices},
                                        {"/dev/urandom", LandlockGrant::useDevices},
                                        {"/proc/self", LandlockGrant::readAndExecute},
                                        {"/proc/cpuinfo", LandlockGrant::readAndExecute},
                                        {"/proc/meminfo", LandlockGrant::readAndExecute},
                                        {"/proc/stat", LandlockGrant::readAndExecute},
                                        {"/proc/uptime", LandlockGrant::readAndExecute},
                                        {"/proc/loadavg", LandlockGrant::readAndExecute},
                                        {"/proc/version", LandlockGrant::readAndExecute},
                                        {"/proc/filesystems", LandlockGrant::readAndExecute}};

}  // namespace

HostPlaces::HostPlaces(wire::HostPlaces::Reader wire)
    : preload_(kj::str(wire.getPreload())),
      slots_(kj::str(wire.getSlots())),
      scratch_(kj::str(wire.getScratch())) {
  for (auto path : wire.getReadable()) readable_.add(kj::str(path));
  for (auto folder : wire.getRuntimeFolders()) {
    folders_.add(Folder{kj::str(folder.getName()), kj::str(folder.getPath())});
  }
}

kj::Maybe<kj::StringPtr> HostPlaces::runtimeFolder(kj::StringPtr name) const {
  for (const auto& folder : folders_) {
    if (folder.name == name) return folder.path.asPtr();
  }
  return nullptr;
}

void HostPlaces::addRules(kj::Vector<LandlockRule>& rules) const {
  for (const auto& rule : kFixedRules) rules.add(rule);
  for (const auto& path : readable_)
    rules.add(LandlockRule{path.cStr(), LandlockGrant::readAndExecute});
  for (const auto& folder : folders_) {
    rules.add(LandlockRule{folder.path.cStr(), LandlockGrant::readAndExecute});
  }
  if (preload_.size() > 0) {
    rules.add(LandlockRule{preload_.cStr(), LandlockGrant::readAndExecute});
  }
}

Surroundings::Surroundings() : workspace_(kj::str(kWorkspaceInside)), temporary_(kj::str("/tmp")) {}

Surroundings::Surroundings(const HostPlaces& host, kj::StringPtr place)
    : host_(&host), workspace_(kj::str(place, "/workspace")), temporary_(kj::str(place, "/tmp")) {}

Surroundings Surroundings::ofWorkingDirectory() {
  char path[PATH_MAX];
  KJ_REQUIRE(::getcwd(path, sizeof(path)) != nullptr, "no working directory", strerror(errno));
  Surroundings here;
  here.workspace_ = kj::str(path);
  return here;
}

kj::String Surroundings::wordOf(kj::StringPtr word) const {
  if (word.startsWith(kj::str(kWorkspaceInside, '/'))) {
    return kj::str(workspace_, word.slice(kWorkspaceInside.size()));
  }
  if (host_ == nullptr || !word.startsWith(kRuntimesInside)) return kj::str(word);
  kj::StringPtr below = word.slice(kRuntimesInside.size());
  KJ_IF_MAYBE (slash, below.findFirst('/')) {
    KJ_IF_MAYBE (path, host_->runtimeFolder(kj::str(below.slice(0, *slash)))) {
      return kj::str(*path, below.slice(*slash));
    }
  }
  return kj::str(word);
}

kj::String Surroundings::folderOf(kj::StringPtr folder) const {
  if (!folder.startsWith("/")) return kj::str(workspace_, '/', folder);
  return folder == kWorkspaceInside ? kj::str(workspace_) : wordOf(folder);
}

kj::Vector<JobEnvVar> Surroundings::variables() const {
  kj::Vector<JobEnvVar> variables;
  if (host_ == nullptr) return variables;
  variables.add(JobEnvVar{"HOME", workspace_});
  variables.add(JobEnvVar{"PWD", workspace_});
  variables.add(JobEnvVar{"TMPDIR", temporary_});
  if (host_->preload().size() > 0) variables.add(JobEnvVar{"LD_PRELOAD", host_->preload()});
  return variables;
}

void Surroundings::adapt(ParkedProgram& program) const {
  if (host_ == nullptr) return;
  for (auto& word : program.argv) word = wordOf(word);
  for (const auto& variable : variables()) {
    kj::Vector<kj::String> kept;
    for (auto& each : program.environment) {
      if (!each.startsWith(kj::str(variable.name, '='))) kept.add(kj::mv(each));
    }
    kept.add(kj::str(variable.name, '=', variable.value));
    program.environment = kj::mv(kept);
  }
}

kj::Vector<LandlockRule> Surroundings::rules() const {
  kj::Vector<LandlockRule> rules;
  if (host_ != nullptr) host_->addRules(rules);
  rules.add(LandlockRule{workspace_.cStr(), LandlockGrant::readWriteAndExecute});
  rules.add(LandlockRule{temporary_.cStr(), LandlockGrant::readWriteAndExecute});
  return rules;
}

}  // namespace brood::zygote
