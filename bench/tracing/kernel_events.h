#pragma once
// Reads the lines that the kernel's tracer writes.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace brood::bench {

struct KernelEvent {
  enum class Kind {
    switchedIn,  // `pid` got a CPU.
    waking,      // `by` woke `pid`.
    systemCall,  // `pid` made call `number`.
    pageFault,   // `pid` touched a page that was not there.
  };
  Kind kind;
  uint64_t nanos;  // By the clock that was chosen; whole microseconds.
  pid_t pid;
  pid_t by = 0;
  long number = -1;
};

// Parses a tracefs file "trace" with sched_switch, sched_waking, sys_enter and page_fault_user. All
// other events are left out.
std::vector<KernelEvent> parseKernelEvents(const std::string& text);

}  // namespace brood::bench
