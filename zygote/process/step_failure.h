#pragma once
// Which step of a set-up failed, and how. Crosses pipes between processes of ours as it is.

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace brood::zygote {

struct StepFailure {
  char layer[48] = {};  // NUL-terminated, e.g. "mount:/proc".
  int32_t errnoValue = 0;

  // Safe after fork: allocates nothing.
  static StepFailure at(const char* layer, int errnoValue) {
    StepFailure failure;
    std::strncpy(failure.layer, layer, sizeof(failure.layer) - 1);
    failure.errnoValue = errnoValue;
    return failure;
  }

  // Reads what another process of ours has written to a pipe (borrowed): errnoValue 0 if all went
  // well.
  // End of file is `silent` with ECHILD: it died without a word.
  static StepFailure readFrom(int reportFd, const char* silent);
};
static_assert(std::is_trivially_copyable_v<StepFailure>);

}  // namespace brood::zygote
