// The bytes of a worker's channel, all of them hostile, up to the verdict.
//
// Properties: how they are cut changes no frame; exactly the whole frames before the first that is
// none are read, byte for byte; no frame can make a job's end anything but an exit code.
#include <fcntl.h>
#include <kj/debug.h>
#include <unistd.h>

#include <cstring>

#include "rpc/wire/fd_passing.h"
#include "supervisor/jobs/verdict.h"
#include "supervisor/sandboxes/frame_reader.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {

using namespace supervisor;

namespace {

// A socket's buffer takes this much at once.
constexpr size_t kMostBytes = 4096;

std::vector<WorkerFrame> readFrames(std::string_view bytes, const Cuts& cuts) {
  auto [ours, workers] = newStreamPair();
  const int oursFd = ours.get();
  const int workersFd = workers.get();
  KJ_SYSCALL(::fcntl(oursFd, F_SETFL, O_NONBLOCK));
  FrameReader reader(oursFd);
  std::vector<WorkerFrame> frames;
  auto takeAll = [&] {
    for (;;) {
      auto next = reader.tryRead();
      KJ_IF_MAYBE (frame, next) {
        frames.push_back(*frame);
      } else {
        return;
      }
    }
  };
  size_t begin = 0;
  for (const size_t end : cuts) {
    ssize_t count;
    KJ_SYSCALL(count = ::write(workersFd, bytes.data() + begin, end - begin));
    require(static_cast<size_t>(count) == end - begin, "the socket takes a piece");
    begin = end;
    takeAll();
  }
  workers.reset();
  takeAll();
  require(reader.hasEnded(), "a closed channel has ended");
  return frames;
}

// Reads the frames in the simplest way.
std::vector<WorkerFrame> expectedFrames(std::string_view bytes) {
  std::vector<WorkerFrame> frames;
  while (bytes.size() >= sizeof(WorkerFrame)) {
    WorkerFrame frame;
    std::memcpy(&frame, bytes.data(), sizeof(frame));
    // Nobody has asked for results here.
    if (frame.magic != WorkerFrame::kMagic || frame.kind == WorkerFrameKind::result) break;
    frame.layer[sizeof(frame.layer) - 1] = '\0';
    frames.push_back(frame);
    bytes.remove_prefix(sizeof(frame));
  }
  return frames;
}

bool areEqual(const std::vector<WorkerFrame>& one, const std::vector<WorkerFrame>& other) {
  return one.size() == other.size() &&
         (one.empty() || std::memcmp(one.data(), other.data(), one.size() * sizeof(one[0])) == 0);
}

void checkVerdict(const WorkerFrame& frame) {
  JobFacts facts;
  facts.cause = EndCause::done;
  facts.doneExitCode = frame.exitCode;
  const auto verdict = judge(facts);
  require(verdict.hasExitCode && verdict.exitCode >= 0 && verdict.exitCode <= 255,
          "a job that says it is done gets an exit code of a process");
  const auto status = verdict.exitCode == 0 ? rpc::JobStatus::OK : rpc::JobStatus::ERROR;
  require(verdict.status == status, "which alone decides between ok and error");
  require(!verdict.limitHit && verdict.signal.empty() && verdict.deniedCall.empty(),
          "and nothing else is believed");
  facts.usage.oomKills = 1;
  require(judge(facts).status == rpc::JobStatus::MEMORY_LIMIT,
          "what the kernel has measured wins over what a job says");
}

void check(std::string_view bytes) {
  bytes = bytes.substr(0, kMostBytes);
  const auto expected = expectedFrames(bytes);
  require(areEqual(readFrames(bytes, {bytes.size()}), expected), "every whole frame is read");
  for (const auto& cuts : waysToCut(bytes)) {
    require(areEqual(readFrames(bytes, cuts), expected), "how the bytes are cut changes no frame");
  }
  for (const auto& frame : expected) checkVerdict(frame);
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
