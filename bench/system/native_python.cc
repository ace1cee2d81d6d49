#include "bench/system/native_python.h"

#include <sstream>

#include "bench/floors/native_program.h"

namespace brood::bench {
namespace {

// perf_counter_ns() is CLOCK_MONOTONIC. The first passes only warm the interpreter up.
constexpr char kInProcessProgram[] = R"(
import sys, time
code, answer, sink = sys.argv[1], sys.stdout, open('/dev/null', 'w')
sys.stdout = sink
for turn in range(70):
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

void measureInProcess(LatencySeries& series, const std::string& code) {
  NativeRun run = runNative({kPython, "-c", kInProcessProgram, code});
  if (run.waitStatus != 0) return note(series, run);
  std::istringstream samples(run.output);
  for (uint64_t sample; samples >> sample;) series.nanos.push_back(sample);
}

}  // namespace brood::bench
