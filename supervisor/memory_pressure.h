#pragma once
// Whether the host is short of memory, by the kernel's own account (Documentation/accounting/psi).

#include <optional>
#include <string>
#include <string_view>

namespace brood {

// The share of the last ten seconds, in percent, in which some task waited for memory. Nothing if
// the text is not one of /proc/pressure's.
std::optional<double> parsePressure(std::string_view text);

// Says "short" from 10 % on and takes it back below 5 %, so that a pool is not emptied and filled
// in turn.
class MemoryPressure {
 public:
  explicit MemoryPressure(std::string path = "/proc/pressure/memory") : path_(std::move(path)) {}

  // Looks again. False where the kernel does not tell.
  bool isShort();

 private:
  std::string path_;
  bool isShort_ = false;
};

}  // namespace brood
