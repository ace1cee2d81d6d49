#include "runtimes/python/python_runtime.h"

#include "runtimes/python/harness_sources.h"
#include "runtimes/python/interpreter.h"
#include "runtimes/python/job_setting.h"
#include "runtimes/python/preload.h"
#include "runtimes/python/rich.h"
#include "runtimes/python/scattered_state.h"

#include <kj/debug.h>

#include <csignal>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace brood {
namespace {

// Out of the collector's sight: it would write to every object it visits, and each page written
// to is a page copied.
PyRef heapFreezer() {
  PyRef gc = mustOwn(PyImport_ImportModule("gc"), "gc");
  return mustOwn(PyObject_GetAttrString(gc.get(), "freeze"), "gc.freeze");
}

// A shell tells an interrupted script by the signal it died of.
[[noreturn]] void dieOfInterrupt() {
  signal(SIGINT, SIG_DFL);
  kill(getpid(), SIGINT);
  _exit(128 + SIGINT);
}

}  // namespace

PythonRuntime::Prepared::Prepared(const std::function<void()>& leaveOldPlaces) {
  const DummyJob dummy;
  dummy.run(streams);
  quietEnd = QuietEnd::afterWarmUp();
  loader = sourceLoader();
  freezer = heapFreezer();
  // Last, so that what is looked up last is what nearly every script looks up.
  dummy.runTypical();
  // What has been given back may be old.
  leaveOldPlaces();
  streams.openAhead();
  modules = ModuleSnapshot::take();
}

void PythonRuntime::Prepared::freezeHeap() const {
  mustOwn(PyObject_CallNoArgs(freezer.get()), "gc.freeze");
}

WarmUpReport PythonRuntime::warmUp(const WarmUpOptions& options) {
  for (const auto& setting : options.settings) {
    KJ_FAIL_REQUIRE("the Python runtime has no such setting", setting.name);
  }
  techniques_ = options.techniques;
  arenas_.watch();
  if (techniques_.hugePages) arenas_.keepTogether();
  startInterpreter(options.environment);
  forkHandlers_.intercept();
  WarmUpReport report;
  report.language = kj::heapString("python");
  report.version = interpreterVersion();
  preloadModules(options.preload, report);
  if (options.script.size() > 0) jobs_ = runWarmUpScript(options.script);
  jobs_.typical = harness::kTypicalJob + ("\n" + jobs_.typical);
  const bool havePandas =
      std::count(report.loaded.begin(), report.loaded.end(), "pandas"_kj) > 0;
  if (havePandas) jobs_.large.emplace_back("pandas", harness::kPandasJob);
  forkHandlers_.letGo();
  if (techniques_.hugePages) arenas_.letApart();
  return report;
}

void PythonRuntime::prepare() {
  // What a warm-up script has left behind.
  PyGC_Collect();
  // Early as well: each collection from here on is quick.
  if (techniques_.freezeHeap) mustOwn(PyObject_CallNoArgs(heapFreezer().get()), "gc.freeze");
  const auto leaveOldPlaces = [this] {
    if (techniques_.fillHoles) arenas_.fillHoles();
  };
  std::vector<PyRef> inOldPlaces;
  if (techniques_.fillHoles) inOldPlaces = renewScatteredState();
  leaveOldPlaces();
  prepared_ = std::make_unique<Prepared>(leaveOldPlaces);
  leaveOldPlaces();
  if (techniques_.freezeHeap) prepared_->freezeHeap();
  // What it sets up when it is first asked is set up for all.
  prepared_->quietEnd.holds(prepared_->modules);
}

void PythonRuntime::expectAt(kj::StringPtr sourcePath) {
  place_.expect(sourcePath);
  if (techniques_.freezeHeap) prepared_->freezeHeap();
}

void PythonRuntime::beforeFork() { forkHandlers_.beforeFork(); }

void PythonRuntime::afterForkInParent() { forkHandlers_.afterForkInParent(); }

void PythonRuntime::afterFork() { forkHandlers_.afterForkInChild(); }

// Each class that a job makes moves what comes after it to other places of the method cache, and a
// longer source moves what is allocated. So the typical job alone does not tell what a small one
// touches.
kj::Vector<RehearsalJob> PythonRuntime::rehearsalJobs() {
  kj::Vector<RehearsalJob> jobs;
  const auto borrow = [](const std::string& text) { return kj::StringPtr(text.c_str(), text.size()); };
  jobs.add(RehearsalJob{.source = borrow(jobs_.typical)});
  jobs.add(RehearsalJob{.source = "print(1)"_kj});
  for (const auto& [word, source] : jobs_.large) {
    jobs.add(RehearsalJob{.source = borrow(source), .word = borrow(word)});
  }
  return jobs;
}

void PythonRuntime::park(kj::StringPtr sourcePath) {
  KJ_REQUIRE(prepared_ != nullptr, "park() before prepare()");
  prepared_->streams.openInWorker();
  prepared_->renewal.run();
  if (techniques_.freezeHeap) prepared_->freezeHeap();
  // After the freeze, so that the collector can see the script's objects to their end.
  mainModule_ = newMainModule();
  installMainModule(mainModule_.get());
  if (sourcePath.size() > 0) {
    place_.prepare(sourcePath);
    describeFile(mainModule_.get(), prepared_->loader.get(), sourcePath.cStr());
  }
  // Takes the pages that only a worker's own first script would.
  rouse();
}

void PythonRuntime::rouse() noexcept {
  if (prepared_ == nullptr) return;
  rehearseScript();
  prepared_->quietEnd.holds(prepared_->modules);
}

int PythonRuntime::run(const JobSpec& job) {
  KJ_REQUIRE(mainModule_.get() != nullptr, "run() before park()");
  const pid_t worker = getpid();
  // Nearly every job runs where it was expected to.
  if (!place_.isAt(job.sourcePath)) {
    place_.prepare(job.sourcePath);
    describeFile(mainModule_.get(), prepared_->loader.get(), job.sourcePath.cStr());
  }
  applyJobSetting(job);
  FILE* file = place_.writeSource(job.source);
  std::optional<RichResults> rich;
  if (job.results != nullptr) rich.emplace(*job.results);
  ScriptOutcome outcome = runScript({file, job.source}, job.sourcePath.cStr(), mainModule_.get(),
                                    rich ? &*rich : nullptr);
  int exitCode = finishJob(std::move(mainModule_), prepared_->modules,
                           prepared_->quietEnd, outcome);
  if (outcome.interrupted) dieOfInterrupt();
  // A process the script forked comes by here too, and is not the one that answers for the job.
  if (getpid() != worker) _exit(exitCode);
  return exitCode;
}

kj::Own<Runtime> makeRuntime() { return kj::heap<PythonRuntime>(); }

}  // namespace brood
