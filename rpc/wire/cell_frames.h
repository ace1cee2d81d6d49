#pragma once
// Cells of a session: what goes down the channel of a worker that serves them, and how they end.
//
// After the WorkerJob that opens the context, each cell comes as a CellHeader and its payload.
// Output goes to the worker's pipes as a job's does, rich results come as WorkerResultHeader, and
// the cell ends with a WorkerFrame of kind `cellDone`, which carries the cell's number. After the
// first cell every byte that comes up is hostile, like a job's: a frame with another number ends
// nothing.

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace brood {

struct CellHeader {
  static constexpr uint32_t kMagic = 0x6c6c6543;  // "Cell"

  uint32_t magic = kMagic;
  // From 1, by one more for each cell of the context.
  uint32_t number = 0;
  // The parts that follow, in this order and in bytes.
  uint32_t codeBytes = 0;   // Contains no NUL.
  uint32_t stdinBytes = 0;  // All that the cell can read; afterwards there is end of file.
  uint32_t envBytes = 0;    // "NAME=value\0" as often as there are variables; they stay set.
  // For rich results, as wire::ResultLimits; the last of them is kept for the error. 0: none are
  // wanted; 1: none but the error, and the value of the last expression is printed.
  uint32_t resultCount = 0;
  uint64_t resultBytes = 0;
  uint64_t resultTotalBytes = 0;
};
static_assert(sizeof(CellHeader) == 40);
static_assert(std::is_trivially_copyable_v<CellHeader>);

// The exit code of a `cellDone` frame where the language has none: the cell has ended, or has
// raised an error. A shell's cell has its `$?`.
constexpr int32_t kCellOk = 0;
constexpr int32_t kCellError = 1;

// The mime type of the result that says what error a cell has ended with, as a JSON object of
// {"name", "value", "traceback": [lines]}.
constexpr const char* kCellErrorMime = "application/vnd.brood.error+json";

}  // namespace brood
