#pragma once
// Whether the host is short of memory, by the kernel's own account (Documentation/accounting/psi).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "supervisor/usage/host_memory.h"

namespace brood::supervisor {

// The share of the last ten seconds, in percent, in which some task waited for memory. Nothing if
// the text is not one of /proc/pressure's.
std::optional<double> parsePressure(std::string_view text);

// Somebody waits for memory, and there is little left of it: that somebody waits is also true of
// one job that is at its own limit. From 10 % on, until it is below 5 % again, so that a pool is
// not emptied and filled in turn; and little is a tenth of all, or twice the reserve where that is
// more. Where the kernel does not tell how much is left, who waits decides.
bool isMemoryShort(bool wasShort, std::optional<double> pressure,
                   const std::optional<MemoryInfo>& memory, uint64_t reserveBytes);

class MemoryPressure {
 public:
  explicit MemoryPressure(uint64_t reserveBytes = 0,
                          std::string pressurePath = "/proc/pressure/memory",
                          std::string memoryPath = "/proc/meminfo")
      : reserveBytes_(reserveBytes),
        pressurePath_(std::move(pressurePath)),
        memoryPath_(std::move(memoryPath)) {}

  // Looks again. False where the kernel does not tell.
  bool isShort();

 private:
  const uint64_t reserveBytes_;
  std::string pressurePath_, memoryPath_;
  bool isShort_ = false;
};

}  // namespace brood::supervisor
