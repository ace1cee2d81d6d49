#pragma once
// PID 1 of a slot: sets the sandbox up from inside, then waits to be told to end.

#include "zygote/slots/slot_root.h"

namespace brood::zygote {

// Made by the builder before the clone; init only reads it. Descriptors are borrowed from the
// builder's table, of which init has a copy.
struct SlotInitPlan {
  char hostname[65];
  SlotRootPlan root;
  unsigned id;            // Init's uid and gid as it sees them itself.
  bool bringsLoopbackUp;  // True for a network namespace that is new.
  bool reapsOrphans;      // So that their CPU time is somebody's. Else the kernel does.
  int lifelineFd;         // End of file or a word: it is to exit.
  int idMapsWrittenFd;    // One byte: go on. End of file: give up.
  int reportFd;           // One StepFailure; errnoValue 0 means that all went well.
};

// Runs in the clone, in its new namespaces. Allocates nothing and throws nothing: it is a copy of
// a process whose heap may be mid-anything. Ends at the end of the lifeline, and with it, by the
// rules of PID namespaces, every process of the slot.
[[noreturn]] void runSlotInit(const SlotInitPlan& plan) noexcept;

}  // namespace brood::zygote
