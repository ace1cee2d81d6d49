#pragma once
// The error by which a command says that it cannot do its work.

#include <stdexcept>
#include <string>

namespace brood::cli {

// main() prints what() after "brood: " and exits with the code.
class CliError : public std::runtime_error {
 public:
  explicit CliError(const std::string& message, int exitCode = 1)
      : std::runtime_error(message), exitCode(exitCode) {}

  const int exitCode;
};

}  // namespace brood::cli
