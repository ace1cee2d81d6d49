#include "bench/harness/native_python.h"

#include <sstream>

#include "bench/floors/native_program.h"

namespace brood::bench {
namespace {

// perf_counter_ns() is CLOCK_MONOTONIC. The first passes only warm the interpreter up.
constexpr char kInProcessProgram[] = R"(
import sys, time
code, answer, sink = sys.argv[1], sys.stdout, open('/dev/null', 'w')
sys.stdout = sink
for turn in range(71):
    if turn == 70:
        # What runs between two jobs leaves as little in the CPU's caches.
        bytes(bytearray(32 << 20)[::-1])
    start = time.perf_counter_ns()
    exec(compile(code, 'main.py', 'exec'), {'__name__': '__main__'})
    sink.flush()
    nanos = time.perf_counter_ns() - start
    if turn >= 20:
        print(nanos, file=answer)
)";

void note(LatencySeries& series, const NativeRun& run) {
  if (series.failures++ == 0) {
    series.firstProblem = "wait status " + std::to_string(run.waitStatus) + ", output '" +
                          run.output.substr(0, 80) + "'";
  }
}

}  // namespace

void measureNative(LatencySeries& series, const std::string& code) {
  NativeRun run = runNative({kPython, "-c", code});
  if (run.waitStatus != 0 || run.output.empty()) return note(series, run);
  series.nanos.push_back(run.nanos);
}

void measureInProcess(LatencySeries& series, LatencySeries& once, const std::string& code) {
  NativeRun run = runNative({kPython, "-c", kInProcessProgram, code});
  if (run.waitStatus != 0) return note(series, run);
  std::istringstream samples(run.output);
  std::vector<uint64_t> nanos;
  for (uint64_t sample; samples >> sample;) nanos.push_back(sample);
  if (nanos.empty()) return;
  once.nanos.push_back(nanos.back());
  series.nanos.insert(series.nanos.end(), nanos.begin(), nanos.end() - 1);
}

}  // namespace brood::bench
