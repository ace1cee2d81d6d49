// The bytes of a worker's channel when rich results are wanted, all of them hostile.
//
// Properties: how they are cut changes no result; every result is within its limits, in number, in
// bytes each and together, and has a mime type; a channel that has ended stays ended.
#include <fcntl.h>
#include <kj/debug.h>
#include <unistd.h>

#include "rpc/wire/fd_passing.h"
#include "supervisor/sandboxes/frame_reader.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {

using namespace supervisor;

namespace {

constexpr size_t kMostBytes = 4096;
constexpr ResultsConfig kLimits{.maxCount = 3, .maxBytes = 100, .maxTotalBytes = 150};

struct Seen {
  std::string results;  // In one text.
  size_t frames = 0;
  bool truncated = false;

  bool operator==(const Seen&) const = default;
};

Seen readAll(std::string_view bytes, const Cuts& cuts) {
  auto [ours, workers] = newStreamPair();
  const int oursFd = ours.get();
  const int workersFd = workers.get();
  KJ_SYSCALL(::fcntl(oursFd, F_SETFL, O_NONBLOCK));
  FrameReader reader(oursFd);
  reader.acceptResults(kLimits);
  Seen seen;
  auto takeAll = [&] {
    while (reader.tryRead() != nullptr) ++seen.frames;
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
  // Each look takes a bounded number of pieces.
  for (size_t looks = 0; !reader.hasEnded() && looks <= bytes.size(); ++looks) takeAll();
  require(reader.hasEnded(), "a closed channel has ended");
  require(reader.tryRead() == nullptr, "and stays so");

  uint64_t total = 0;
  for (const auto& result : reader.results()) {
    require(isMimeType(result.mime), "a result has a mime type", result.mime);
    require(result.data.size() <= kLimits.maxBytes, "within the limit for one");
    total += result.data.size();
    seen.results += std::to_string(result.object) + result.mime + ":" +
                    std::string(result.data.begin(), result.data.end()) + "\n";
  }
  require(reader.results().size() <= kLimits.maxCount && total <= kLimits.maxTotalBytes,
          "within the limits for all");
  seen.truncated = reader.resultsTruncated();
  return seen;
}

void check(std::string_view bytes) {
  bytes = bytes.substr(0, kMostBytes);
  const auto whole = readAll(bytes, {bytes.size()});
  for (const auto& cuts : waysToCut(bytes)) {
    require(readAll(bytes, cuts) == whole, "how the bytes are cut changes nothing");
  }
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
