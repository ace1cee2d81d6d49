#pragma once
// Standard output of the commands, which may be a full disk or a pipe that nobody reads.

#include <stdexcept>
#include <string_view>

namespace brood::cli {

// Writes it all, waiting where a neighbour has made `fd` non-blocking. 0, or errno.
int writeAll(int fd, std::string_view bytes);

// For main() to report: nothing is said to have been done whose report is lost.
class OutputLost : public std::runtime_error {
 public:
  explicit OutputLost(int errorNumber);

  // A pipe's reader may leave early, as `head` does; that is no failure worth a message.
  bool isByReader() const;

 private:
  const int errorNumber_;
};

// To standard output. Throws OutputLost.
void print(std::string_view text);

}  // namespace brood::cli
