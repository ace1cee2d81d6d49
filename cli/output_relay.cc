#include "cli/output_relay.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace brood {
namespace {

// False when it cannot be written. Waits where a neighbour has made our stdout non-blocking.
bool writeAll(int fd, kj::ArrayPtr<const kj::byte> bytes) {
  while (bytes.size() > 0) {
    ssize_t written = ::write(fd, bytes.begin(), bytes.size());
    if (written >= 0) {
      bytes = bytes.slice(static_cast<size_t>(written), bytes.size());
    } else if (errno == EAGAIN) {
      pollfd writable{fd, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

OutputRelay::OutputRelay(kj::Own<kj::PromiseFulfiller<void>> outputGone)
    : outputGone_(kj::mv(outputGone)) {}

kj::Promise<void> OutputRelay::started(StartedContext) { return kj::READY_NOW; }

kj::Promise<void> OutputRelay::output(OutputContext context) {
  auto params = context.getParams();
  bool isStdout = params.getStream() == rpc::OutputStream::STDOUT;
  if (!writeAll(isStdout ? STDOUT_FILENO : STDERR_FILENO, params.getData())) {
    outputGone_->fulfill();
  }
  return kj::READY_NOW;
}

}  // namespace brood
