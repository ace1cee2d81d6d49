#pragma once
// The Python runtime: one embedded CPython per zygote, one script per worker.

#include "runtimes/python/arenas.h"
#include "runtimes/python/dummy_job.h"
#include "runtimes/python/finish.h"
#include "runtimes/python/fork_handlers.h"
#include "runtimes/python/job_setting.h"
#include "runtimes/python/quiet_end.h"
#include "runtimes/python/renewal.h"
#include "runtimes/python/script.h"
#include "runtimes/python/streams.h"
#include "runtimes/python/warm_up_jobs.h"
#include "runtimes/runtime.h"

#include <functional>
#include <memory>

namespace brood {

class PythonRuntime final : public Runtime {
 public:
  WarmUpReport warmUp(const WarmUpOptions& options) override;
  void prepare() override;
  void expectAt(kj::StringPtr sourcePath) override;
  void beforeFork() override;
  void afterForkInParent() override;
  void afterFork() override;
  kj::Vector<RehearsalJob> rehearsalJobs() override;
  void park(kj::StringPtr sourcePath) override;
  void rouse() noexcept override;
  int run(const JobSpec& job) override;

 private:
  // What the zygote has ready, so that a worker only uses it.
  struct Prepared {
    StandardStreams streams;
    Renewal renewal;
    ModuleSnapshot modules;
    QuietEnd quietEnd;
    PyRef loader;   // importlib's class for files of source.
    PyRef freezer;  // gc.freeze
    explicit Prepared(const std::function<void()>& leaveOldPlaces);
    void freezeHeap() const;
  };

  Arenas arenas_;
  ForkHandlers forkHandlers_;
  Techniques techniques_;
  WarmUpJobs jobs_;  // What the zygote rehearses.
  std::unique_ptr<Prepared> prepared_;
  // A parked worker's, for its one job.
  PyRef mainModule_;
  JobPlace place_;
};

}  // namespace brood
