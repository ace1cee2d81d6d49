#pragma once
// The frames that a worker sends up its channel: of fixed size, and nothing else.
//
// After the job's code has started, every byte of this is hostile. A frame is data with a fixed
// length; `kDone` ends the reply early and decides nothing but the exit code that the job could
// have chosen anyway.

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace brood {

enum class WorkerFrameKind : uint16_t {
  parked = 1,    // Locked down by `layers` and pre-touched; waiting for a job.
  done = 2,      // The job's program ended with exitCode, and its output is flushed.
  failed = 3,    // Failed at `layer` with errnoValue.
  missing = 4,   // Does without `layer`, which is only preferred, because of errnoValue.
  result = 5,    // A WorkerResultHeader; mime type and data follow.
  cellDone = 6,  // The cell with the number `cell` ended with exitCode, its output flushed.
};

struct WorkerFrame {
  static constexpr uint32_t kMagic = 0x64726257;  // "Wbrd"

  uint32_t magic = kMagic;
  WorkerFrameKind kind = WorkerFrameKind::parked;
  uint16_t reserved = 0;
  int32_t exitCode = 0;
  int32_t errnoValue = 0;
  uint64_t layers = 0;  // A set of base/policy/layers.h.
  char layer[40] = {};  // NUL-terminated.

  // The number of the cell, in `cellDone`.
  uint64_t cell() const { return layers; }
};
static_assert(sizeof(WorkerFrame) == 64);
static_assert(std::is_trivially_copyable_v<WorkerFrame>);

constexpr size_t kMaxMimeBytes = 127;

// In place of a WorkerFrame, when the job has asked for rich results: one of them, opaque. The
// lengths are checked before anything behind them is read.
struct WorkerResultHeader {
  uint32_t magic = WorkerFrame::kMagic;
  WorkerFrameKind kind = WorkerFrameKind::result;
  uint16_t mimeBytes = 0;  // 0: something has been left out, for it was too much.
  uint32_t object = 0;     // Results of one number are forms of one thing.
  uint32_t reserved = 0;
  uint64_t dataBytes = 0;
  char unused[40] = {};
};
static_assert(sizeof(WorkerResultHeader) == sizeof(WorkerFrame));
static_assert(std::is_trivially_copyable_v<WorkerResultHeader>);

// Down the channel of a worker with a terminal, any number of times: its new size.
struct WorkerTerminalSize {
  static constexpr uint32_t kMagic = 0x657a6953;  // "Size"
  uint32_t magic = kMagic;
  uint16_t rows = 0;
  uint16_t columns = 0;
};
static_assert(sizeof(WorkerTerminalSize) == 8);
static_assert(std::is_trivially_copyable_v<WorkerTerminalSize>);

// Header before the flat WorkerJob message on the way down.
struct WorkerJobHeader {
  static constexpr uint32_t kMagic = 0x626f4a57;  // "WJob"
  uint32_t magic = kMagic;
  // Nothing follows, but a job may be on its way.
  static constexpr uint32_t kRouse = 0;
  // Nothing follows and nothing is on its way: there is time to get ready for a large job.
  static constexpr uint32_t kPrime = 4;

  // The length of the Cap'n Proto message that follows, a multiple of 8; or one of the above.
  uint32_t byteLength = kRouse;

  bool announcesJob() const { return byteLength != kRouse && byteLength != kPrime; }
};
static_assert(sizeof(WorkerJobHeader) == 8);

}  // namespace brood
