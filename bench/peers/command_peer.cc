#include "bench/peers/command_peer.h"

#include <kj/exception.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/plain_text.h"
#include "bench/floors/native_program.h"
#include "bench/model/clock.h"

namespace brood::bench {
namespace {

void prepare(const PeerSpec& spec, const JobText& job) {
  if (spec.filePath.empty()) return;
  const std::filesystem::path path = filledIn(spec.filePath, job);
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << filledIn(spec.fileContent, job);
}

}  // namespace

Answer runCommand(const PeerSpec& spec, const JobText& job) {
  prepare(spec, job);
  std::vector<std::string> argv;
  for (const auto& word : spec.argv) argv.push_back(filledIn(word, job));
  const NativeRun run = runNative(argv);
  Answer answer;
  answer.nanos = run.nanos;
  if (run.waitStatus != 0) answer.problem = "wait status " + std::to_string(run.waitStatus);
  if (answer.problem.empty()) answer.problem = outputProblem(job, "ok", run.output);
  return answer;
}

double commandRate(const PeerSpec& spec, const Load& load) {
  const uint64_t start = nowNanos();
  const uint64_t end = start + static_cast<uint64_t>(load.seconds * 1e9);
  std::mutex mutex;
  size_t count = 0;
  std::string problem;
  auto client = [&](JobMaker own) {
    for (bool goesOn = true; goesOn;) {
      std::string wrong;
      try {
        wrong = runCommand(spec, own.next()).problem;
      } catch (const kj::Exception& error) {
        wrong = plainText(error);
      }
      std::lock_guard<std::mutex> lock(mutex);
      ++count;
      if (!wrong.empty()) problem = wrong;
      goesOn = problem.empty() && nowNanos() < end;
    }
  };
  std::vector<std::thread> threads;
  for (size_t i = 0; i < load.clients; ++i) threads.emplace_back(client, load.jobs);
  for (auto& thread : threads) thread.join();
  if (!problem.empty()) throw PeerError(spec.name + ": " + problem);
  return static_cast<double>(count) * 1e9 / static_cast<double>(nowNanos() - start);
}

}  // namespace brood::bench
