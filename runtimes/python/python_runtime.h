#pragma once
// The Python runtime: one embedded CPython per zygote, one script per worker.

#include "runtimes/python/finish.h"
#include "runtimes/python/harness.h"
#include "runtimes/python/pretouch.h"
#include "runtimes/python/script.h"
#include "runtimes/python/streams.h"
#include "runtimes/runtime.h"

#include <memory>

namespace brood {

class PythonRuntime final : public Runtime {
 public:
  WarmUpReport warmUp(const WarmUpOptions& options) override;
  void beforeFork() override;
  void afterForkInParent() override;
  void afterFork() override;
  void park() override;
  int run(const JobSpec& job) override;

 private:
  // What is compiled in the zygote, so that a worker only executes it.
  struct Prepared {
    StandardStreams streams;
    Pretouch pretouch;
    HarnessPart renew;
    Prepared();
  };

  // What a worker has ready for its one job.
  struct Parked {
    PyRef mainModule;
    ModuleSnapshot modules;
  };

  std::unique_ptr<Prepared> prepared_;
  std::unique_ptr<Parked> parked_;
};

}  // namespace brood
