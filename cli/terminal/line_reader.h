#pragma once
// Lines of a child's stdout.

#include <kj/async-io.h>

#include <string>

namespace brood::cli {

class LineReader {
 public:
  // Borrowed.
  explicit LineReader(kj::AsyncInputStream& stream) : stream_(stream) {}

  // The next line without its end, or nullptr at end of file (a last line without an end counts).
  // Throws when a line is longer than 64 KiB.
  kj::Promise<kj::Maybe<std::string>> next();

 private:
  kj::AsyncInputStream& stream_;
  std::string pending_;
  char buffer_[4096];
};

}  // namespace brood::cli
