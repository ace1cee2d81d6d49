#include "supervisor/isolation/shared_host.h"

#include <kj/debug.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "supervisor/base/lists.h"

namespace brood::supervisor {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSlots = "/slots";
constexpr const char* kPreload = "/brood-preload-before-libasan.so";
constexpr const char* kPreloadOfProcess = "/brood-preload-process-before-libasan.so";
constexpr Layer kNamespaceLayers[] = {Layer::user,         Layer::mount,      Layer::pid,
                                      Layer::net,          Layer::ipc,        Layer::uts,
                                      Layer::cgroup,       Layer::uidPerSlot, Layer::ownRoot,
                                      Layer::readOnlyRoot, Layer::ownInodes,  Layer::maskedProc};
// Whether anything lies beside its manifest that jobs may be started with.
bool hasFiles(const RuntimeManifest& manifest) {
  if (manifest.folder.empty()) return false;
  std::error_code error;
  for (auto entry = fs::directory_iterator(manifest.folder, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entry->is_regular_file(error) && entry->path().filename() != "manifest.toml") return true;
  }
  return false;
}

const char* insteadOf(Layer layer) {
  switch (layer) {
    case Layer::ownRoot:
    case Layer::readOnlyRoot:
    case Layer::maskedProc:
      return "; Landlock instead";
    case Layer::pid:
      return "; a keeper and Landlock's signal scope instead";
    case Layer::net:
    case Layer::ipc:
      return "; seccomp instead: no sockets, no IPC objects";
    default:
      return "";
  }
}

// A process may change the mode of a file that it owns and can open, which Landlock does not see.
std::string whatJobsMayChange(const SandboxConfig& sandbox) {
  std::string owned;
  for (const auto& path : sandbox.readOnlyPaths) {
    struct stat info;
    if (::stat(path.c_str(), &info) == 0 && info.st_uid == ::geteuid()) owned += " " + path;
  }
  return owned.empty() ? "" : "; and jobs may change modes there, for they own" + owned;
}

}  // namespace

SharedHost::SharedHost(const HostFeatures& features, const Config& config, std::string directory)
    : isUsed_(features.tier() == Tier::process),
      countsOnlyOurs_(features.processLimit.works),
      config_(config),
      directory_(std::move(directory)) {}

std::string SharedHost::newPlace() const {
  uint64_t random[2];
  ssize_t count;
  KJ_SYSCALL(count = ::getrandom(random, sizeof(random), 0));
  KJ_ASSERT(count == sizeof(random));
  char name[40];
  std::snprintf(name, sizeof(name), "/%016llx%016llx", static_cast<unsigned long long>(random[0]),
                static_cast<unsigned long long>(random[1]));
  return directory_ + kSlots + name;
}

LayerPolicy SharedHost::policyFor(LayerPolicy wanted) const {
  if (!isUsed_) return wanted;
  for (Layer layer : kNamespaceLayers) wanted.setMode(layer, LayerMode::off);
  wanted.setMode(Layer::landlock, LayerMode::required);
  return wanted;
}

void SharedHost::fillPlaces(wire::WarmUp::Builder request,
                            const std::vector<RuntimeManifest>& manifests) const {
  if (!isUsed_) return;
  auto places = request.initPlaces();
  std::vector<std::string> readable = config_.sandbox.readOnlyPaths;
  readable.insert(readable.end(), config_.sandbox.copiedPaths.begin(),
                  config_.sandbox.copiedPaths.end());
  // Where /usr is merged these are links into it, and else what programs are made of.
  for (const char* path : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    readable.push_back(path);
  }
  setTexts(places.initReadable(static_cast<unsigned>(readable.size())), readable);
  places.setPreload(preload());
  places.setSlots(directory_ + kSlots);
  places.setScratch(directory_);
  const auto folders = runtimesWithFiles(manifests);
  fillRuntimeFolders(places.initRuntimeFolders(static_cast<unsigned>(folders.size())), folders);
}

std::string SharedHost::preload() const {
  const std::string path = config_.supervisor.libexecDir + (isUsed_ ? kPreloadOfProcess : kPreload);
  return ::access(path.c_str(), R_OK) == 0 ? path : "";
}

std::string SharedHost::preloadOfZygote(bool runsJobs) const {
  return isUsed_ || runsJobs ? preload() : "";
}

int SharedHost::endSignal() const { return isUsed_ ? SIGTERM : SIGKILL; }

std::vector<std::string> SharedHost::reasons(const std::string& why) const {
  std::vector<std::string> reasons;
  if (!isUsed_) return reasons;
  for (Layer layer : kNamespaceLayers) {
    std::string reason = layer == Layer::user ? why : std::string("no namespaces");
    reason += insteadOf(layer);
    if (layer == Layer::readOnlyRoot) reason += whatJobsMayChange(config_.sandbox);
    reasons.push_back(std::string(nameOf(layer)) + ": " + reason);
  }
  return reasons;
}

std::vector<const RuntimeManifest*> runtimesWithFiles(
    const std::vector<RuntimeManifest>& manifests) {
  std::vector<const RuntimeManifest*> found;
  for (auto& manifest : manifests) {
    if (hasFiles(manifest)) found.push_back(&manifest);
  }
  return found;
}

void fillRuntimeFolders(capnp::List<wire::RuntimeFolder>::Builder folders,
                        const std::vector<const RuntimeManifest*>& runtimes) {
  for (unsigned i = 0; i < runtimes.size(); ++i) {
    const std::filesystem::path path = runtimes[i]->folder;
    folders[i].setPath(path.string());
    folders[i].setName(path.filename().string());
  }
}

}  // namespace brood::supervisor
