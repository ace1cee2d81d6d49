#include "supervisor/processes/lifeline.h"

#include <kj/common.h>
#include <poll.h>
#include <unistd.h>

#include "rpc/wire/fd_passing.h"

namespace brood::supervisor {

Lifeline::Lifeline() {
  auto [readEnd, writeEnd] = newPipe();
  initEnd_ = kj::mv(readEnd);
  ownEnd_ = kj::mv(writeEnd);
}

void Lifeline::end() {
  // Where nobody reads there is nobody to end.
  [[maybe_unused]] ssize_t written = ::write(ownEnd_.get(), "", 1);
}

// A pipe that nobody can read from is in error: poll(2).
bool Lifeline::isHeld() const {
  pollfd end{.fd = ownEnd_.get(), .events = 0, .revents = 0};
  return ::poll(&end, 1, 0) == 0 || (end.revents & POLLERR) == 0;
}

}  // namespace brood::supervisor
