#pragma once
// Takes frames and rich results off a worker's channel, of which every byte may be hostile.

#include <kj/common.h>

#include <string>
#include <vector>

#include "config/config.h"
#include "rpc/wire/worker_frames.h"

namespace brood::supervisor {

// As the job gave it; only the form of the mime type is checked.
struct RichResult {
  std::string mime;
  std::vector<kj::byte> data;
  uint32_t object = 0;
};

// "type/subtype", as RFC 6838 spells names.
bool isMimeType(std::string_view text);

// A frame may arrive in any number of pieces. What is not a frame ends the channel for good: a
// stream that is out of step has no beginning of the next. So does a result that nobody asked for,
// or more than was allowed.
class FrameReader {
 public:
  // `channelFd` is borrowed and non-blocking.
  explicit FrameReader(int channelFd) : channelFd_(channelFd) {}

  enum class Results {
    kept,     // All of them, to the end.
    oneByOne  // tryRead() goes no further than a result, until that has been taken.
  };
  // From here on results are taken. Memory is bounded by the limits.
  void acceptResults(const ResultsConfig& limits, Results results = Results::kept);
  // The same for another cell, whatever there was before.
  void acceptResultsAnew(const ResultsConfig& limits, Results results);
  // One by one until here, kept from here on.
  void keepResults() { results_ = Results::kept; }
  // The result before which tryRead() has stopped.
  kj::Maybe<RichResult> takeResult();
  bool hasResultToTake() const { return results_ == Results::oneByOne && !kept_.empty(); }

  // The next frame that is no result, its `layer` terminated; nullptr when there is none yet, the
  // channel has ended, or so much came that others must have their turn.
  kj::Maybe<WorkerFrame> tryRead();
  // At end of file, on an error, or after something that was not a frame.
  bool hasEnded() const { return ended_; }

  // Those that nobody has taken.
  const std::vector<RichResult>& results() const { return kept_; }
  bool resultsTruncated() const { return resultsTruncated_; }

 private:
  // Nothing: no more for now, or ever.
  kj::Maybe<size_t> readSome(void* buffer, size_t size);
  void beginResult();
  // One piece of the mime type, or of the data behind it.
  bool readResult();
  void end();

  int channelFd_;
  WorkerFrame partial_{};
  size_t partialBytes_ = 0;
  bool ended_ = false;

  ResultsConfig limits_{.maxCount = 0, .maxBytes = 0, .maxTotalBytes = 0};
  Results results_ = Results::kept;
  uint32_t count_ = 0;
  uint64_t totalBytes_ = 0;
  bool resultsTruncated_ = false;
  bool inResult_ = false;
  size_t mimeWanted_ = 0;
  size_t dataWanted_ = 0;
  RichResult current_;
  std::vector<RichResult> kept_;
};

}  // namespace brood::supervisor
