#pragma once
// A shell that is kept for the cells of a context: bash, or one that takes the same words.
//
// The shell reads its script from a pipe, for which there are two lines to each cell. The first
// evaluates the cell's code, and the second tells how that has ended. So nothing of a cell is
// within a loop or a function of ours, and a shell that drops the line it is at, as an interrupted
// one does, goes on with the next. It has a process group of its own: while it waits for its next
// line it would die of an interrupt, so these are passed on only while a cell runs.

#include <kj/io.h>
#include <kj/string.h>
#include <sys/types.h>

#include "runtimes/interface/cells.h"

namespace brood {

class ShellContext {
 public:
  // Starts the shell, which finds its script as descriptor kScriptFd. `environment` is
  // "NAME=value".
  ShellContext(kj::ArrayPtr<const kj::StringPtr> command,
               kj::ArrayPtr<const kj::String> environment);
  ~ShellContext() noexcept(false);
  KJ_DISALLOW_COPY(ShellContext);

  // Runs all cells. Returns the exit code when none will come, or when the shell has ended; ends
  // this process by the signal that has ended the shell.
  int serve(CellPort& cells);

 private:
  [[noreturn]] void becomeShell(kj::ArrayPtr<const kj::StringPtr> command,
                                kj::ArrayPtr<const kj::String> environment, int script, int status);
  // False when the shell has ended.
  bool run(const CellOrder& cell, int& exitCode);
  bool tell(kj::StringPtr line) const;
  bool awaitStatus(uint32_t number, int& exitCode);
  bool hasEnded();
  int end();

  kj::AutoCloseFd script_, status_, code_, input_;
  pid_t shell_ = -1;
  int waitStatus_ = -1;   // Once the shell has ended.
  int lastExitCode_ = 0;  // It is $? for the next cell.
};

}  // namespace brood
