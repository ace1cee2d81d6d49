// One byte there and back between two processes. Floor: both on one CPU.

#include "bench/floors/affinity.h"
#include "bench/floors/ping_pong.h"
#include "bench/micro/against_floor.h"

namespace brood::bench {
namespace {

void pingPong(benchmark::State& state, int peerCpu) {
  PingPong same(allowedCpus().front(), allowedCpus().front());
  PingPong measured(allowedCpus().front(), peerCpu);
  PinnedToCpu pinned(measured.ourCpu());
  AgainstFloor result(state, [&] { return same.roundTrip(); });
  for (auto _ : state) result.add(measured.roundTrip());
  result.report();
}

void sameCpu(benchmark::State& state) { pingPong(state, allowedCpus().front()); }
void twoCpus(benchmark::State& state) { pingPong(state, allowedCpus().back()); }

BENCHMARK(sameCpu)
    ->Name("socket_ping_pong/same_cpu")
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(twoCpus)
    ->Name("socket_ping_pong/across_cpus")
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace brood::bench
