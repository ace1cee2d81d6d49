// Over a limit, without an end: whoever sets the limit has to be the end.

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "canary/attempts.h"

namespace brood::canary {
namespace {

constexpr size_t kMemoryBytes = 256 << 20;
constexpr size_t kOutputBytes = 64 << 20;
constexpr int kProcesses = 64;

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

}  // namespace

int overrun(std::string_view limit) {
  if (limit == "wall_time") return ::pause();
  if (limit == "cpu_time" || limit == "cpu_bandwidth") spin();
  if (limit == "memory") return touchMemory();
  if (limit == "output") return writeOutput();
  if (limit == "processes") return forkMany();
  return 2;
}

}  // namespace brood::canary
