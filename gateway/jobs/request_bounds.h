#pragma once
// How much one request may ask for, known before it is read.

#include <cstddef>
#include <cstdint>

#include "config/message_sizes.h"

namespace brood::gateway {

struct RequestBounds {
  // execve(2): MAX_ARG_STRLEN, the NUL included; "NAME=VALUE" is one such string.
  static constexpr size_t kMaxArgBytes = 131'071;
  static constexpr size_t kMaxEnvBytes = kMaxArgBytes - 1;
  static constexpr size_t kMaxArgs = 1024;
  static constexpr size_t kMaxEnv = 1024;
  // The longest name of a language or a profile.
  static constexpr size_t kMaxNameBytes = 128;
  // The entries of "network": {"allow": [...]}; a name has at most 253 bytes.
  static constexpr size_t kMaxNetworkEntries = 128;
  static constexpr size_t kMaxNetworkEntryBytes = 300;
  // As supervisor/files/relative_path.h and supervisor/files/glob.h have it.
  static constexpr size_t kMaxPathBytes = 1024;

  LimitsConfig limits;  // For messages: the supervisor enforces them.
  size_t maxFiles = 0;
  size_t maxPatterns = 0;
  // The longest call to the supervisor: a longer one would cost everybody the connection.
  uint64_t maxMessageBytes = 0;

  RequestBounds() = default;
  explicit RequestBounds(const Config& config)
      : limits(config.limits),
        maxFiles(config.files.maxInputs),
        maxPatterns(config.files.maxPatterns),
        maxMessageBytes(largestJobBytes(config)) {}
};

}  // namespace brood::gateway
