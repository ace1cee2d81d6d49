// fork, _exit and wait by the size of the forking process. Floor: a tiny one.

#include "bench/floors/fork_exit.h"
#include "bench/micro/against_floor.h"

namespace brood::bench {
namespace {

void forkExitWait(benchmark::State& state) {
  ForkExit tiny;
  ForkExit forker(static_cast<size_t>(state.range(0)));
  AgainstFloor result(state, [&] { return tiny.measure(); });
  for (auto _ : state) result.add(forker.measure());
  result.report();
}
BENCHMARK(forkExitWait)
    ->Name("fork_exit_wait/heap_mb")
    ->Arg(0)
    ->Arg(8)
    ->Arg(64)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace brood::bench
