#pragma once
// The Python runtime: one embedded CPython per zygote, one script per worker.

#include "runtimes/interface/runtime.h"
#include "runtimes/python/interpreter/fork_handlers.h"
#include "runtimes/python/interpreter/own_modules.h"
#include "runtimes/python/interpreter/warm_up_jobs.h"
#include "runtimes/python/memory/arenas.h"
#include "runtimes/python/memory/renewal.h"
#include "runtimes/python/script/cell_shell.h"
#include "runtimes/python/script/dummy_job.h"
#include "runtimes/python/script/finish.h"
#include "runtimes/python/script/job_setting.h"
#include "runtimes/python/script/quiet_end.h"
#include "runtimes/python/script/rich.h"
#include "runtimes/python/script/script.h"
#include "runtimes/python/script/streams.h"

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
  int serveCells(const JobSpec& opening, CellPort& cells) override;

 private:
  // The state that a zygote has ready, so that a worker only uses it.
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

  void findOwnModules(const JobSpec& job);

  Arenas arenas_;
  ForkHandlers forkHandlers_;
  Techniques techniques_;
  ModulesOfStart modulesOfStart_;
  std::unique_ptr<RichResults::Parts> richParts_;
  WarmUpJobs jobs_;  // The jobs that the zygote rehearses.
  std::unique_ptr<Prepared> prepared_;
  std::unique_ptr<CellShell> shell_;  // Made ahead where IPython is loaded.
  // A parked worker's, for its one job.
  PyRef mainModule_;
  JobPlace place_;
};

}  // namespace brood
