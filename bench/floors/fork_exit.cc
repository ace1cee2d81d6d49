#include "bench/floors/fork_exit.h"

#include <kj/debug.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/model/clock.h"

namespace brood::bench {
namespace {

void touchHeap(size_t megabytes) {
  if (megabytes == 0) return;
  constexpr size_t kPageBytes = 4'096;
  const size_t bytes = megabytes << 20;
  void* heap = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  KJ_REQUIRE(heap != MAP_FAILED, megabytes);
  KJ_SYSCALL(::madvise(heap, bytes, MADV_NOHUGEPAGE));
  for (size_t at = 0; at < bytes; at += kPageBytes) static_cast<volatile char*>(heap)[at] = 1;
}

void forkOnDemand(int fd, size_t heapMegabytes) {
  touchHeap(heapMegabytes);
  char request;
  while (::read(fd, &request, 1) == 1) {
    uint64_t start = nowNanos();
    pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    KJ_SYSCALL(::waitpid(child, nullptr, 0));
    uint64_t elapsed = nowNanos() - start;
    KJ_SYSCALL(::write(fd, &elapsed, sizeof(elapsed)));
  }
}

}  // namespace

ForkExit::ForkExit(size_t heapMegabytes)
    : forker_([heapMegabytes](int fd) { forkOnDemand(fd, heapMegabytes); }) {}

uint64_t ForkExit::measure() {
  char request = 'f';
  uint64_t elapsed = 0;
  ssize_t count;
  KJ_SYSCALL(count = ::write(forker_.fd(), &request, 1));
  KJ_SYSCALL(count = ::read(forker_.fd(), &elapsed, sizeof(elapsed)));
  KJ_REQUIRE(count == sizeof(elapsed), "the helper is gone");
  return elapsed;
}

}  // namespace brood::bench
