// Measures the slot builder through its real binary and its control socket. Floor: the fork of a
// tiny process that exits at once.

#include <kj/debug.h>

#include "bench/floors/fork_exit.h"
#include "bench/micro/against_floor.h"
#include "bench/model/clock.h"
#include "tests/unit/zygote/zygote_harness.h"

namespace brood::bench {
namespace {

using zygote::TestSlot;
using zygote::TestWorker;
using zygote::ZygoteHarness;

TestSlot buildSlot(ZygoteHarness& zygote) {
  TestSlot slot = zygote.buildSlot();
  KJ_REQUIRE(slot.initPid > 0, slot.failure.layer.c_str(), slot.failure.errnoValue);
  return slot;
}

void destroySlot(ZygoteHarness& zygote, TestSlot slot) {
  slot.lifeline.reset();
  zygote.waitForExit(slot.initPid);
}

// From the request until the slot's init has its namespaces and its root.
void slotBuild(benchmark::State& state) {
  ZygoteHarness zygote;
  ForkExit fork;
  AgainstFloor result(state, [&] { return fork.measure(); });
  for (auto _ : state) {
    uint64_t start = nowNanos();
    TestSlot slot = buildSlot(zygote);
    result.add(nowNanos() - start);
    destroySlot(zygote, std::move(slot));
  }
  result.report();
}
BENCHMARK(slotBuild)->Name("slot_build")->UseManualTime()->Unit(benchmark::kMicrosecond);

// From the end of its lifeline until the slot's init has been reaped.
void slotDestroy(benchmark::State& state) {
  ZygoteHarness zygote;
  ForkExit fork;
  AgainstFloor result(state, [&] { return fork.measure(); });
  for (auto _ : state) {
    TestSlot slot = buildSlot(zygote);
    uint64_t start = nowNanos();
    destroySlot(zygote, std::move(slot));
    result.add(nowNanos() - start);
  }
  result.report();
}
BENCHMARK(slotDestroy)->Name("slot_destroy")->UseManualTime()->Unit(benchmark::kMicrosecond);

// From the request until a worker without a language has joined a ready slot, locked itself down
// and parked. Its end is not counted.
void workerJoin(benchmark::State& state) {
  ZygoteHarness zygote;
  ForkExit fork;
  TestSlot slot = buildSlot(zygote);
  AgainstFloor result(state, [&] { return fork.measure(); });
  for (auto _ : state) {
    uint64_t start = nowNanos();
    TestWorker worker = zygote.forkWorker(slot);
    WorkerFrame frame = worker.readFrame();
    result.add(nowNanos() - start);
    KJ_REQUIRE(frame.kind == WorkerFrameKind::parked, frame.layer, frame.errnoValue);
    worker.channel.reset();
    zygote.waitForExit(worker.pid);
  }
  result.report();
}
BENCHMARK(workerJoin)->Name("worker_join")->UseManualTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace brood::bench
