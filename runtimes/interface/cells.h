#pragma once
// Cells of a session, as a runtime sees them: one after the other for one interpreter, which keeps
// its state.

#include <kj/array.h>

#include <cstdint>

#include "runtimes/interface/runtime.h"

namespace brood {

// Borrowed; valid until done() is called.
struct CellOrder {
  uint32_t number = 0;  // From 1.
  kj::ArrayPtr<const kj::byte> code;
  kj::ArrayPtr<const JobEnvVar> env;   // Stay set.
  kj::ArrayPtr<const kj::byte> input;  // In place as descriptor 0, where it ends.
  ResultSink* results = nullptr;       // Null: not asked for, not even the error it ends with.
  bool shows = false;                  // Displays are asked for, too.
};

class CellPort {
 public:
  virtual ~CellPort() noexcept(false) = default;

  // Blocks until a cell, or the end, is there to be taken. False if a signal came before: it was
  // meant for no cell.
  virtual bool await() = 0;

  // The next cell. Null if none will come. Throws when what came is not a cell.
  virtual kj::Maybe<const CellOrder&> take() = 0;

  // The cell's reply, when all that it has written is out. Does nothing in a process that the cell
  // has forked.
  virtual void done(int exitCode) = 0;
};

}  // namespace brood
