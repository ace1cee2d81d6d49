#pragma once
// The process that cares for a slot which is a directory, and removes it in the end.

#include "base/policy/layers.h"

namespace brood::zygote {

// Borrowed from the builder, of whose descriptors the caretaker has a copy.
struct CaretakerPlan {
  const char* place;  // Its directory.
  const char* slots;  // And what that is in.
  const LayerPolicy& layers;
  int directoryFd;  // Locked.
  int lifelineFd;   // End of file or a byte: remove the place, then exit.
  int reportFd;     // One StepFailure; errnoValue 0 means that all went well.
};

// Runs in a fork of the builder. SIGTERM also makes it clean up and exit.
[[noreturn]] void runCaretaker(const CaretakerPlan& plan) noexcept;

}  // namespace brood::zygote
