#include "bench/floors/ping_pong.h"

#include <kj/debug.h>
#include <unistd.h>

#include "bench/floors/affinity.h"
#include "bench/model/clock.h"

namespace brood::bench {
namespace {

// The migration to the CPU and its cold caches belong to nobody's round trip.
constexpr size_t kUncounted = 4;

void echo(int fd, int cpu) {
  pinToCpu(cpu);
  char byte;
  while (::read(fd, &byte, 1) == 1 && ::write(fd, &byte, 1) == 1) {
  }
}

}  // namespace

PingPong::PingPong(int ourCpu, int peerCpu)
    : ourCpu_(ourCpu), peerCpu_(peerCpu), peer_([peerCpu](int fd) { echo(fd, peerCpu); }) {}

uint64_t PingPong::roundTrip() {
  char byte = 'b';
  ssize_t count;
  uint64_t start = nowNanos();
  KJ_SYSCALL(count = ::write(peer_.fd(), &byte, 1));
  KJ_SYSCALL(count = ::read(peer_.fd(), &byte, 1));
  uint64_t elapsed = nowNanos() - start;
  KJ_REQUIRE(count == 1, "the peer is gone");
  return elapsed;
}

std::vector<uint64_t> PingPong::roundTrips(size_t count) {
  PinnedToCpu pinned(ourCpu_);
  for (size_t i = 0; i < kUncounted; ++i) roundTrip();
  std::vector<uint64_t> result(count);
  for (auto& nanos : result) nanos = roundTrip();
  return result;
}

PingPong acrossCpus() {
  auto cpus = allowedCpus();
  return PingPong(cpus.front(), cpus.back());
}

}  // namespace brood::bench
