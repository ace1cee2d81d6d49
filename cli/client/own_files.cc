#include "cli/client/own_files.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/owned_fd.h"
#include "cli/terminal/cli_error.h"
#include "cli/terminal/exit_codes.h"
#include "cli/terminal/output.h"

namespace brood::cli {
namespace {

[[noreturn]] void refuseToRead(const std::string& path) {
  throw CliError("cannot read " + path + ": " + std::strerror(errno), kBroodFailedExitCode);
}

// More than any job may be given, and a guard against a stream without end.
constexpr size_t kMostBytes = 64 << 20;

}  // namespace

std::string readAll(const std::string& path) {
  bool isOurs = path == "-";
  OwnedFd opened(isOurs ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!isOurs && !opened) refuseToRead(path);
  int fd = isOurs ? STDIN_FILENO : opened.get();
  std::string content;
  char buffer[16'384];
  for (;;) {
    ssize_t got = ::read(fd, buffer, sizeof(buffer));
    if (got == 0) return content;
    if (got > 0) {
      content.append(buffer, static_cast<size_t>(got));
      if (content.size() > kMostBytes) {
        throw CliError((isOurs ? "standard input" : path) + " has more than " +
                           std::to_string(kMostBytes >> 20) + " MiB, which no job can be given",
                       kBroodFailedExitCode);
      }
    } else if (errno == EAGAIN) {
      pollfd readable{fd, POLLIN, 0};
      ::poll(&readable, 1, -1);
    } else if (errno != EINTR) {
      refuseToRead(path);
    }
  }
}

void writeWhole(const std::string& path, std::string_view content) {
  if (path.empty() || path == "-") return print(content);
  OwnedFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  const int error = !file ? errno : writeAll(file.get(), content);
  if (error != 0) {
    throw CliError("cannot write " + path + ": " + std::strerror(error), kBroodFailedExitCode);
  }
}

}  // namespace brood::cli
