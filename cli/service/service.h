#pragma once
// A child process that announces itself by one line on its stdout ("ready ...", "listening ...").

#include <string>
#include <vector>

#include "cli/service/served_process.h"
#include "cli/terminal/line_reader.h"

namespace brood::cli {

class Service {
 public:
  // `keyword` starts the line that says it is up.
  Service(UvAsyncIo& io, const std::vector<std::string>& argv, std::string keyword,
          const std::optional<std::vector<std::string>>& environment = {});
  KJ_DISALLOW_COPY(Service);

  // Resolves to the text behind the keyword, or nullptr if the process ended first. Call once; from
  // then on its further lines go to our stdout.
  kj::Promise<kj::Maybe<std::string>> up();
  kj::Promise<ChildExit> onExit() { return child_.onExit(); }
  void signal(int signalNumber) noexcept { child_.signal(signalNumber); }
  // SIGTERM, and SIGKILL when it has not ended in time.
  kj::Promise<ChildExit> stop(kj::Timer& timer, kj::Duration patience);

 private:
  kj::Promise<kj::Maybe<std::string>> untilKeyword();
  kj::Promise<void> passOn();

  std::string keyword_;
  ServedProcess child_;
  LineReader lines_;
  kj::Promise<void> passingOn_;
};

}  // namespace brood::cli
