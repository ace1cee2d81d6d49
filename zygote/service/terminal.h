#pragma once
// A pseudo-terminal for a command, which the worker copies to and from its pipes.
//
// It is made by the locked-down worker, in the slot's own file system for terminals. The worker
// stays behind as the relay; the command runs in a child with a session of its own.

#include <cstdint>

namespace brood::zygote {

struct TerminalPlan {
  uint16_t rows;
  uint16_t columns;
  int channelFd;  // Borrowed: brings WorkerTerminalSize, if anything.
};

// Returns 0 in the child, whose standard streams are the terminal, or an errno where there is none.
// The calling process does not return: it copies until the child has ended, and ends as that has.
// Signals to it go on to the programs in the terminal's foreground. The end of its standard input
// is the end-of-file character.
int continueInTerminal(const TerminalPlan& plan);

}  // namespace brood::zygote
