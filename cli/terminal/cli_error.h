#pragma once
// What a command says when it cannot do its work.

#include <stdexcept>
#include <string>

namespace brood {

// main() prints what() after "brood: " and exits with the code.
class CliError : public std::runtime_error {
 public:
  explicit CliError(const std::string& message, int exitCode = 1)
      : std::runtime_error(message), exitCode(exitCode) {}

  const int exitCode;
};

}  // namespace brood
