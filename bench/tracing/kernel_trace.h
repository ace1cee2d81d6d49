#pragma once
// The kernel's own tracer (tracefs), in an instance of ours: who else traces is not disturbed, and
// nothing is mounted anywhere.

#include <string>
#include <vector>

#include "base/owned_fd.h"
#include "bench/tracing/kernel_events.h"

namespace brood::bench {

class KernelTrace {
 public:
  // Throws std::runtime_error, with the reason, where the kernel or our rights do not permit it.
  KernelTrace();
  ~KernelTrace();
  KernelTrace(const KernelTrace&) = delete;
  KernelTrace& operator=(const KernelTrace&) = delete;

  // Sets which events are recorded from now on: nothing; who runs; also system calls and page
  // faults, which makes each of them slower. Takes milliseconds.
  enum class Level { nothing, switches, calls };
  void setLevel(Level level);

  void start();
  // Returns the events since then, by CLOCK_MONOTONIC.
  std::vector<KernelEvent> stop();

 private:
  std::string inInstance(const std::string& file) const { return instance_ + "/" + file; }
  void write(const std::string& file, const std::string& text) const;

  OwnedFd root_;
  std::string instance_;
};

}  // namespace brood::bench
