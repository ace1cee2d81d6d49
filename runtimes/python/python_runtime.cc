#include "runtimes/python/python_runtime.h"

#include "runtimes/python/interpreter/harness_sources.h"
#include "runtimes/python/interpreter/interpreter.h"
#include "runtimes/python/interpreter/preload.h"
#include "runtimes/python/interpreter/search_path.h"
#include "runtimes/python/interpreter/startup_variables.h"
#include "runtimes/python/memory/scattered_state.h"
#include "runtimes/python/script/job_setting.h"
#include "runtimes/python/script/one_write_print.h"

#include <kj/debug.h>

#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <climits>
#include <cstdlib>
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

std::vector<std::string> ownSearchPath(const JobSpec& job) {
  KJ_IF_MAYBE (variable, valueOf(job.env, "PYTHONPATH")) {
    return searchPathEntries(variable->cStr(), folderOf(job.sourcePath));
  }
  return {};
}

// The site module runs these when the interpreter starts.
bool customizesSite(const std::vector<std::string>& folders) {
  for (const auto& folder : folders) {
    for (const auto& name : importableNames(folder)) {
      if (name == "sitecustomize" || name == "usercustomize") return true;
    }
  }
  return false;
}

// Rich results need this interpreter, so there the variable goes unheeded, and the job is told.
void startAnewIfItMust(const JobSpec& job) {
  const auto missed = missedAtStart(job.env);
  const bool must = missed != nullptr || customizesSite(ownSearchPath(job));
  if (must && job.results == nullptr) becomeFreshInterpreter(job);
  KJ_IF_MAYBE (name, missed) {
    PySys_FormatStderr("brood: %s has no effect in a job with rich results\n", name->cStr());
  }
}

// Threads that cells have left behind go on meanwhile.
class WithoutInterpreter {
 public:
  WithoutInterpreter() = default;
  ~WithoutInterpreter() { PyEval_RestoreThread(state_); }
  KJ_DISALLOW_COPY(WithoutInterpreter);

 private:
  PyThreadState* const state_ = PyEval_SaveThread();
};

// False if a signal came first: an interrupt, which was meant for no cell, or one that a cell has a
// handler for.
bool isCellThere(CellPort& cells) {
  bool isThere;
  {
    const WithoutInterpreter others;
    isThere = cells.await();
  }
  if (!isThere && PyErr_CheckSignals() < 0) {
    if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) {
      PyErr_Clear();
    } else {
      PyErr_WriteUnraisable(nullptr);
    }
  }
  return isThere;
}

kj::Maybe<const CellOrder&> takeCell(CellPort& cells) {
  const WithoutInterpreter others;
  return cells.take();
}

std::string workingFolder() {
  char path[PATH_MAX];
  return getcwd(path, sizeof(path)) == nullptr ? std::string("/") : std::string(path);
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
  // Freed memory may lie in old places.
  leaveOldPlaces();
  streams.openAhead();
  modules = ModuleSnapshot::take();
}

void PythonRuntime::Prepared::freezeHeap() const {
  mustOwn(PyObject_CallNoArgs(freezer.get()), "gc.freeze");
}

WarmUpReport PythonRuntime::warmUp(const WarmUpOptions& options) {
  techniques_ = options.techniques;
  arenas_.watch();
  if (techniques_.hugePages) arenas_.keepTogether();
  startInterpreter(options.environment);
  modulesOfStart_ = ModulesOfStart::take();
  printInOneWrite();
  forkHandlers_.intercept();
  WarmUpReport report;
  report.language = kj::heapString("python");
  report.version = interpreterVersion();
  preloadModules(options.preload, report);
  if (options.script.size() > 0) jobs_ = runWarmUpScript(options.script);
  jobs_.typical = harness::kTypicalJob + ("\n" + jobs_.typical);
  const bool havePandas = std::count(report.loaded.begin(), report.loaded.end(), "pandas"_kj) > 0;
  if (havePandas) jobs_.large.emplace_back("pandas", harness::kPandasJob);
  richParts_ = std::make_unique<RichResults::Parts>();
  forkHandlers_.letGo();
  if (techniques_.hugePages) arenas_.letApart();
  return report;
}

void PythonRuntime::prepare() {
  // Collects the garbage that a warm-up script has left behind.
  PyGC_Collect();
  // Early as well: each collection from here on is quick.
  mustOwn(PyObject_CallNoArgs(heapFreezer().get()), "gc.freeze");
  const auto leaveOldPlaces = [this] {
    if (techniques_.fillHoles) arenas_.fillHoles();
  };
  // Before it is looked at which modules there are.
  if (CellShell::isLoadedAhead()) {
    shell_ = std::make_unique<CellShell>();
    shell_->rehearseAll();
  }
  std::vector<PyRef> inOldPlaces;
  if (techniques_.fillHoles) inOldPlaces = renewScatteredState();
  leaveOldPlaces();
  prepared_ = std::make_unique<Prepared>(leaveOldPlaces);
  leaveOldPlaces();
  prepared_->freezeHeap();
  // The first call sets up state, which all workers then share.
  prepared_->quietEnd.holds(prepared_->modules);
}

void PythonRuntime::expectAt(kj::StringPtr sourcePath) {
  place_.expect(sourcePath);
  prepared_->freezeHeap();
}

void PythonRuntime::beforeFork() { forkHandlers_.beforeFork(); }

void PythonRuntime::afterForkInParent() { forkHandlers_.afterForkInParent(); }

void PythonRuntime::afterFork() { forkHandlers_.afterForkInChild(); }

// Each class that a job makes moves what comes after it to other places of the method cache, and a
// longer source moves what is allocated. So the typical job alone does not tell what a small one
// touches.
kj::Vector<RehearsalJob> PythonRuntime::rehearsalJobs() {
  kj::Vector<RehearsalJob> jobs;
  const auto borrow = [](const std::string& text) {
    return kj::StringPtr(text.c_str(), text.size());
  };
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
  prepared_->freezeHeap();
  // After the freeze, so that the collector can see the script's objects to their end.
  mainModule_ = newMainModule();
  installMainModule(mainModule_.get());
  if (sourcePath.size() > 0) {
    place_.prepare(sourcePath);
    describeFile(mainModule_.get(), prepared_->loader.get(), sourcePath.cStr());
  }
  // Takes the pages that only a worker's own first script would.
  rouse();
  if (shell_ != nullptr) shell_->rehearse();
}

void PythonRuntime::rouse() noexcept {
  if (prepared_ == nullptr) return;
  rehearseScript();
  prepared_->quietEnd.holds(prepared_->modules);
}

// Only a job that brings files, or says where some are, has modules of its own.
void PythonRuntime::findOwnModules(const JobSpec& job) {
  std::vector<std::string> folders = ownSearchPath(job);
  if (!folders.empty()) addToSearchPath(folders);
  if (job.hasFiles) folders.insert(folders.begin(), folderOf(job.sourcePath));
  bool hidden = false;
  for (const auto& folder : folders) {
    hidden = hideLoaded(folder, modulesOfStart_) || hidden;
  }
  if (hidden) prepared_->modules = ModuleSnapshot::take();
}

int PythonRuntime::serveCells(const JobSpec& opening, CellPort& cells) {
  KJ_REQUIRE(mainModule_.get() != nullptr, "serveCells() before park()");
  const pid_t worker = getpid();
  mainModule_.reset();
  place_.leave();
  setVariables(opening.env);
  KJ_IF_MAYBE (name, missedAtStart(opening.env)) {
    PySys_FormatStderr("brood: %s has no effect in a session\n", name->cStr());
  }
  KJ_IF_MAYBE (variable, valueOf(opening.env, "PYTHONPATH")) {
    addToSearchPath(searchPathEntries(variable->cStr(), workingFolder()));
  }
  if (opening.hasFiles) hideLoaded(workingFolder(), modulesOfStart_);
  if (shell_ == nullptr) shell_ = std::make_unique<CellShell>();
  shell_->enter();
  for (;;) {
    if (!isCellThere(cells)) continue;
    auto taken = takeCell(cells);
    KJ_IF_MAYBE (cell, taken) {
      if (cell->env.size() > 0) setVariables(cell->env);
      const bool isFine = shell_->run(*cell);
      // A process that the cell forked comes by here too.
      if (getpid() != worker) _exit(isFine ? EXIT_SUCCESS : EXIT_FAILURE);
      cells.done(isFine ? EXIT_SUCCESS : EXIT_FAILURE);
    } else {
      return EXIT_SUCCESS;
    }
  }
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
  if (job.env.size() > 0) startAnewIfItMust(job);
  std::optional<RichResults> rich;
  if (job.results != nullptr) rich.emplace(*richParts_, *job.results);
  // After what is ours has been imported.
  findOwnModules(job);
  ScriptOutcome outcome = runScript({file, job.source}, job.sourcePath.cStr(), mainModule_.get(),
                                    rich ? &*rich : nullptr);
  int exitCode =
      finishJob(std::move(mainModule_), prepared_->modules, prepared_->quietEnd, outcome);
  if (outcome.interrupted) dieOfInterrupt();
  // A process the script forked comes by here too, and is not the one that answers for the job.
  if (getpid() != worker) _exit(exitCode);
  return exitCode;
}

kj::Own<Runtime> makeRuntime() { return kj::heap<PythonRuntime>(); }

}  // namespace brood
