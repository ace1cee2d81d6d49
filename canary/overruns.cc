// Over a limit, without an end: whoever sets the limit has to be the end.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "canary/attempts.h"

namespace brood::canary {
namespace {

constexpr size_t kMemoryBytes = 256 << 20;
constexpr size_t kOutputBytes = 64 << 20;
constexpr int kProcesses = 64;
constexpr int kFiles = 256;

[[noreturn]] void spin() {
  for (;;) asm volatile("" ::: "memory");
}

int touchMemory() {
  void* memory =
      ::mmap(nullptr, kMemoryBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  // Denied as a whole is a limit as well, and one that the job can cope with.
  if (memory == MAP_FAILED) return 1;
  std::memset(memory, 1, kMemoryBytes);
  return 0;
}

int writeOutput() {
  static char block[64 * 1024];
  std::memset(block, 'x', sizeof(block));
  for (size_t written = 0; written < kOutputBytes; written += sizeof(block)) {
    if (::write(STDOUT_FILENO, block, sizeof(block)) < 0) return 1;
  }
  return 0;
}

// The children wait for a signal, which is the end of the sandbox.
int forkMany() {
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = ::fork();
    if (child < 0) return 1;
    if (child == 0) ::pause();
  }
  return 0;
}

// Neither comes to an error before the job is over the limit of its workspace.
int fillWorkspace() {
  static char block[64 * 1024];
  std::memset(block, 'x', sizeof(block));
  for (int i = 0; i < kFiles; ++i) {
    const int fd =
        ::open(("fill-" + std::to_string(i)).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ::write(fd, block, sizeof(block)) < 0) return 1;
    ::close(fd);
  }
  return ::pause();
}

int makeFiles() {
  for (int i = 0; i < kFiles; ++i) {
    if (::symlink(".", ("file-" + std::to_string(i)).c_str()) < 0) return 1;
  }
  return ::pause();
}

}  // namespace

int overrun(std::string_view limit) {
  if (limit == "wall_time") return ::pause();
  if (limit == "cpu_time" || limit == "cpu_bandwidth") spin();
  if (limit == "memory") return touchMemory();
  if (limit == "output") return writeOutput();
  if (limit == "processes") return forkMany();
  if (limit == "workspace_bytes") return fillWorkspace();
  if (limit == "workspace_inodes") return makeFiles();
  return 2;
}

}  // namespace brood::canary
