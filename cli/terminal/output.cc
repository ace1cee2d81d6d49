#include "cli/terminal/output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace brood::cli {

int writeAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd writable{fd, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

OutputLost::OutputLost(int errorNumber)
    : std::runtime_error(std::string("cannot write the output: ") + std::strerror(errorNumber)),
      errorNumber_(errorNumber) {}

bool OutputLost::isByReader() const { return errorNumber_ == EPIPE; }

void print(std::string_view text) {
  if (const int error = writeAll(STDOUT_FILENO, text)) throw OutputLost(error);
}

}  // namespace brood::cli
