#include "runtimes/python/script/dummy_job.h"

#include "runtimes/python/interpreter/harness_sources.h"
#include "runtimes/python/memory/scattered_state.h"
#include "runtimes/python/script/finish.h"
#include "runtimes/python/script/script.h"

#include <kj/debug.h>

#include <fcntl.h>
#include <cstdio>

namespace brood {
namespace {

// The dummy's name in its own tracebacks; seen by nobody.
constexpr char kDummyPath[] = "<dummy>";

// Removes the modules that the dummy imported and the zygote had not.
void forgetModules(const ModuleSnapshot& modulesBefore) {
  for (const auto& name : modulesBefore.addedNames()) {
    mustSucceed(PyDict_DelItem(PyImport_GetModuleDict(), name.get()), "forget a module");
  }
}

void runOnce(kj::StringPtr text, int exitCode) {
  FILE* source = fmemopen(const_cast<char*>(text.begin()), text.size(), "r");
  KJ_REQUIRE(source != nullptr, "no memory for the dummy job");
  ModuleSnapshot modulesBefore = ModuleSnapshot::take();
  PyRef original = PyRef::share(PyImport_AddModule("__main__"));
  PyRef mainModule = newMainModule();
  installMainModule(mainModule.get());
  describeFile(mainModule.get(), sourceLoader().get(), kDummyPath);
  ScriptOutcome outcome = runScript({source, nullptr}, kDummyPath, mainModule.get());
  KJ_REQUIRE(outcome.exitCode == exitCode && !outcome.interrupted, "the dummy job failed");
  installMainModule(original.get());
  forgetModules(modulesBefore);
}

}  // namespace

DummyJob::DummyJob()
    : forget_("forget", harness::kForget), nowhere_(fopen("/dev/null", "r+e"), fclose) {
  KJ_REQUIRE(nowhere_ != nullptr, "cannot open /dev/null");
}

void DummyJob::run(const StandardStreams& streams) const {
  int fd = fileno(nowhere_.get());
  streams.open(fd, fd, fd);
  // The interpreter specialises code that has run several times. It ends in an exception it raises
  // on purpose: most jobs that fail do.
  constexpr int kRuns = 4;
  for (int run = 0; run < kRuns; ++run) runOnce(harness::kDummyJob, 1);
  forget_.run();
  PyGC_Collect();
}

void DummyJob::runTypical() const {
  forgetLookedUpAttributes();
  runOnce(harness::kTypicalJob, 0);
}

}  // namespace brood
