#include "bench/system/process_size.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace brood::bench {
namespace {

std::string procPath(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

// Lines of "Name:  123 kB"; those of one name are summed up by the caller.
template <typename Handler>
void forEachKib(const std::string& path, Handler&& handle) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::istringstream rest(line.substr(colon + 1));
    uint64_t kib = 0;
    if (rest >> kib) handle(line.substr(0, colon), kib);
  }
}

}  // namespace

ProcessSize sizeOf(pid_t pid) {
  ProcessSize size;
  forEachKib(procPath(pid, "smaps_rollup"), [&](const std::string& name, uint64_t kib) {
    if (name == "Anonymous") size.anonymousKib += kib;
    if (name == "Private_Clean" || name == "Private_Dirty") size.privateKib += kib;
  });
  forEachKib(procPath(pid, "status"), [&](const std::string& name, uint64_t kib) {
    if (name == "VmPTE") size.tablesKib += kib;
  });
  return size;
}

std::vector<pid_t> childrenOf(pid_t pid) {
  std::vector<pid_t> children;
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator(procPath(pid, "task"), gone)) {
    std::ifstream file(task.path() / "children");
    for (pid_t child = 0; file >> child;) children.push_back(child);
  }
  return children;
}

pid_t parentOf(pid_t pid) {
  std::ifstream file(procPath(pid, "status"));
  for (std::string name; file >> name;) {
    pid_t parent = 0;
    if (name == "PPid:" && file >> parent) return parent;
  }
  return 0;
}

uint64_t busyMicros() {
  std::ifstream file("/proc/stat");
  std::string name;
  // user nice system idle iowait irq softirq steal, which is not time of ours.
  uint64_t user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0;
  file >> name >> user >> nice >> system >> idle >> wait >> irq >> softIrq;
  const auto ticksPerSecond = static_cast<uint64_t>(::sysconf(_SC_CLK_TCK));
  return (user + nice + system + irq + softIrq) * 1'000'000 / ticksPerSecond;
}

}  // namespace brood::bench
