#include "bench/clients/sized_jobs.h"

#include <algorithm>

namespace brood::bench {
namespace {

constexpr size_t kLineBytes = 80;

// Lines, as programs and files have them.
std::string textOf(size_t bytes, char first) {
  std::string text;
  text.reserve(bytes);
  while (text.size() < bytes) {
    std::string line(std::min(kLineBytes, bytes - text.size()), 'x');
    line.front() = first;
    line.back() = '\n';
    text += line;
  }
  return text;
}

}  // namespace

const char* nameOf(SizedPart part) {
  switch (part) {
    case SizedPart::code:
      return "code";
    case SizedPart::stdinText:
      return "stdin";
    case SizedPart::file:
      return "file";
    case SizedPart::output:
      return "stdout";
  }
  return "?";
}

JobText sizedJob(SizedPart part, size_t bytes, const std::string& nonce) {
  JobText job;
  const std::string count = std::to_string(bytes);
  job.expectedOutput = nonce + " " + count + "\n";
  switch (part) {
    case SizedPart::code:
      job.code = "print('" + nonce + " " + count + "')\n";
      // Comments: no part of the time is the interpreter's own work on a large program.
      job.code += textOf(bytes - std::min(bytes, job.code.size()), '#');
      break;
    case SizedPart::stdinText:
      job.code = "import sys\nprint('" + nonce + "', len(sys.stdin.buffer.read()))";
      job.stdinText = textOf(bytes, 'x');
      break;
    case SizedPart::file:
      job.code = "print('" + nonce + "', len(open('data.txt', 'rb').read()))";
      job.files = {{"data.txt", textOf(bytes, 'x')}};
      break;
    case SizedPart::output:
      job.expectedOutput =
          std::string(bytes - std::min(bytes, nonce.size() + 1), 'x') + nonce + "\n";
      job.code = "print('x' * " + std::to_string(job.expectedOutput.size() - nonce.size() - 1) +
                 " + '" + nonce + "')";
      break;
  }
  return job;
}

}  // namespace brood::bench
