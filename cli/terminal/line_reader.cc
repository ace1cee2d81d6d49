#include "cli/terminal/line_reader.h"

#include <kj/debug.h>

#include <utility>

namespace brood::cli {

constexpr size_t kLongestLine = 64 << 10;

kj::Promise<kj::Maybe<std::string>> LineReader::next() {
  if (size_t end = pending_.find('\n'); end != std::string::npos) {
    std::string line = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    return kj::Maybe<std::string>(std::move(line));
  }
  KJ_REQUIRE(pending_.size() <= kLongestLine, "a line without an end");
  return stream_.tryRead(buffer_, 1, sizeof(buffer_))
      .then([this](size_t got) -> kj::Promise<kj::Maybe<std::string>> {
        if (got > 0) {
          pending_.append(buffer_, got);
          return next();
        }
        if (pending_.empty()) return kj::Maybe<std::string>(nullptr);
        return kj::Maybe<std::string>(std::exchange(pending_, {}));
      });
}

}  // namespace brood::cli
