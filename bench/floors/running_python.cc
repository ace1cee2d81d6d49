#include "bench/floors/running_python.h"

#include <kj/debug.h>
#include <kj/encoding.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace brood::bench {
namespace {

// A line of hexadecimal digits in, a line of nanoseconds out. perf_counter_ns() is CLOCK_MONOTONIC.
constexpr char kProgram[] = R"(
import os, sys, time
sink = sys.stdout = open('/dev/null', 'w')
def run(code):
    start = time.perf_counter_ns()
    exec(compile(code, 'main.py', 'exec'), {'__name__': '__main__'})
    sink.flush()
    return time.perf_counter_ns() - start
for turn in range(20):
    run('print(1)')
for line in os.fdopen(0, 'rb'):
    os.write(1, b'%d\n' % run(bytes.fromhex(line.decode()).decode()))
)";

void becomePython(const std::string& python, int fd) {
  if (::dup2(fd, STDIN_FILENO) < 0 || ::dup2(fd, STDOUT_FILENO) < 0) return;
  ::execl(python.c_str(), python.c_str(), "-c", kProgram, nullptr);
}

}  // namespace

RunningPython::RunningPython(const std::string& python)
    : python_([&python](int fd) { becomePython(python, fd); }) {
  // Until it has started.
  measure("print(1)");
}

uint64_t RunningPython::measure(const std::string& code) const {
  const kj::String line = kj::str(kj::encodeHex(kj::StringPtr(code.c_str()).asBytes()), '\n');
  ssize_t count;
  KJ_SYSCALL(count = ::write(python_.fd(), line.begin(), line.size()));
  KJ_REQUIRE(static_cast<size_t>(count) == line.size(), "the interpreter does not read");
  std::string answer;
  for (char character; answer.empty() || answer.back() != '\n'; answer += character) {
    KJ_SYSCALL(count = ::read(python_.fd(), &character, 1));
    KJ_REQUIRE(count == 1, "the interpreter has ended", answer.c_str());
  }
  return std::strtoull(answer.c_str(), nullptr, 10);
}

}  // namespace brood::bench
