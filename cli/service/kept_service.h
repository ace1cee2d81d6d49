#pragma once
// A service that is started again whenever it ends.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/service/service.h"

namespace brood::cli {

class KeptService {
 public:
  struct Recipe {
    std::string name;  // For messages: "the gateway".
    std::string keyword;
    std::vector<std::string> environment;
    // Asked before each start.
    std::function<std::vector<std::string>()> commandLine;
    // Told of what follows the keyword, each time it is up.
    std::function<void(const std::string&)> onUp;
  };

  KeptService(UvAsyncIo& io, Recipe recipe);
  KJ_DISALLOW_COPY(KeptService);

  // Starts it and keeps it up, with a longer pause after each end that follows soon. Resolves only
  // if it ends without ever having been up: it would not be up the next time either.
  kj::Promise<void> keepUp();
  // Resolves when it is up for the first time.
  kj::Promise<void> whenUp() { return firstUp_.addBranch(); }
  // Sends a signal to the process. Nothing if it does not run.
  void signal(int signalNumber) noexcept;
  // For good. Nothing if it does not run.
  kj::Promise<void> stop(kj::Duration patience);

 private:
  kj::Promise<void> afterExit(ChildExit exit);

  UvAsyncIo& io_;
  kj::Timer& timer_;
  const Recipe recipe_;
  std::optional<Service> service_;
  bool hasBeenUp_ = false;
  kj::Own<kj::PromiseFulfiller<void>> up_;
  kj::ForkedPromise<void> firstUp_;
  kj::TimePoint startedAt_ = kj::origin<kj::TimePoint>();
  kj::Duration restartDelay_;
};

}  // namespace brood::cli
