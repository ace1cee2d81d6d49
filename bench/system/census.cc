#include "bench/system/census.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <vector>

#include "bench/system/process_size.h"

namespace brood::bench {
namespace {

namespace fs = std::filesystem;

void addDescendants(pid_t pid, std::vector<pid_t>& all) {
  all.push_back(pid);
  for (pid_t child : childrenOf(pid)) addDescendants(child, all);
}

fs::path procOf(pid_t pid) { return "/proc/" + std::to_string(pid); }

size_t entriesOf(const fs::path& folder) {
  std::error_code gone;
  const fs::directory_iterator entries(folder, gone);
  return gone ? 0 : static_cast<size_t>(std::distance(entries, fs::directory_iterator()));
}

std::string namespaceOf(pid_t pid, const char* kind) {
  std::error_code gone;
  return fs::read_symlink(procOf(pid) / "ns" / kind, gone).string();
}

size_t linesOf(const fs::path& path) {
  std::ifstream file(path);
  return static_cast<size_t>(
      std::count(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>(), '\n'));
}

// Below every control group of that name, wherever we were allowed to make it.
size_t cgroupsNamed(const std::string& name) {
  size_t count = 0;
  std::error_code gone;
  fs::recursive_directory_iterator at("/sys/fs/cgroup", gone), end;
  for (; !gone && at != end; at.increment(gone)) {
    if (!at->is_directory(gone)) continue;
    const auto& path = at->path();
    count += std::find(path.begin(), path.end(), name) != path.end();
  }
  return count;
}

uint64_t kibOf(const fs::path& path, const std::string& wanted) {
  std::ifstream file(path);
  std::string name;
  for (uint64_t kib = 0; file >> name;) {
    if (name == wanted && file >> kib) return kib;
  }
  return 0;
}

}  // namespace

Census takeCensus(pid_t serve, pid_t supervisor, const std::string& cgroupName) {
  Census census;
  std::vector<pid_t> all;
  addDescendants(serve, all);
  std::set<std::string> networks, mountSpaces;
  for (pid_t pid : all) {
    census.descriptors += entriesOf(procOf(pid) / "fd");
    networks.insert(namespaceOf(pid, "net"));
    if (mountSpaces.insert(namespaceOf(pid, "mnt")).second) {
      census.mounts += linesOf(procOf(pid) / "mountinfo");
    }
  }
  census.processes = all.size();
  census.networkNamespaces = networks.size();
  census.cgroups = cgroupsNamed(cgroupName);
  census.slabKib = kibOf("/proc/meminfo", "SUnreclaim:");
  std::vector<pid_t> lasting = childrenOf(serve);
  for (pid_t zygote : childrenOf(supervisor)) lasting.push_back(zygote);
  for (pid_t pid : lasting) census.residentKib += kibOf(procOf(pid) / "status", "RssAnon:");
  return census;
}

}  // namespace brood::bench
