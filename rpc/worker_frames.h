#pragma once
// What a worker sends up its channel: fixed-size frames and nothing else.
//
// After the job's code has started, every byte of this is hostile. A frame is data with a fixed
// length; `kDone` ends the reply early and decides nothing but the exit code that the job could
// have chosen anyway.

#include <cstdint>
#include <type_traits>

namespace brood {

enum class WorkerFrameKind : uint16_t {
  parked = 1,   // Locked down by `layers` and pre-touched; waiting for a job.
  done = 2,     // The job's program ended with exitCode, and its output is flushed.
  failed = 3,   // Failed at `layer` with errnoValue.
  missing = 4,  // Does without `layer`, which is only preferred, because of errnoValue.
};

struct WorkerFrame {
  static constexpr uint32_t kMagic = 0x64726257;  // "Wbrd"

  uint32_t magic = kMagic;
  WorkerFrameKind kind = WorkerFrameKind::parked;
  uint16_t reserved = 0;
  int32_t exitCode = 0;
  int32_t errnoValue = 0;
  uint64_t layers = 0;  // A set of rpc/layers.h.
  char layer[40] = {};  // NUL-terminated.
};
static_assert(sizeof(WorkerFrame) == 64);
static_assert(std::is_trivially_copyable_v<WorkerFrame>);

// Header before the flat WorkerJob message on the way down.
struct WorkerJobHeader {
  static constexpr uint32_t kMagic = 0x626f4a57;  // "WJob"
  uint32_t magic = kMagic;
  uint32_t byteLength = 0;  // Of the Cap'n Proto message that follows; a multiple of 8.
};
static_assert(sizeof(WorkerJobHeader) == 8);

}  // namespace brood
