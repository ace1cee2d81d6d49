#include "config/message_sizes.h"

#include <algorithm>

namespace brood {
namespace {

// Pointers, padding and the fields of fixed size. A request's lists have at most 1,024 arguments
// and variables, 10,000 files and 1,000 patterns, of at most six words each beside their text.
constexpr uint64_t kFramingBytes = 1 << 20;
// A file's path, a skipped one's, a rich result's type: each with its pointers.
constexpr uint64_t kNamedBytes = 4096 + 64;
// The list of skipped files stops earlier (supervisor/files/file_collector.cc).
constexpr uint64_t kMostSkipped = 1'000;

// How often the parts of one message are looked at: each look counts towards the one limit that
// Cap'n Proto has for a message's size and for its traversal.
constexpr uint64_t kLooks = 8;

}  // namespace

uint64_t largestJobBytes(const Config& config) {
  return config.gateway.maxBodyBytes + kFramingBytes;
}

uint64_t largestResultBytes(const Config& config) {
  return 2 * config.limits.outputBytes.maximum + 2 * config.compile.limits.outputBytes.maximum +
         config.files.maxCollectedBytes + config.files.maxCollected * kNamedBytes +
         kMostSkipped * kNamedBytes + config.results.maxTotalBytes +
         config.results.maxCount * kNamedBytes + kFramingBytes;
}

capnp::ReaderOptions readerOptions(uint64_t largestMessageBytes) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = kLooks * largestMessageBytes / sizeof(capnp::word);
  return options;
}

capnp::ReaderOptions readerOptions(const Config& config) {
  return readerOptions(std::max(largestJobBytes(config), largestResultBytes(config)));
}

}  // namespace brood
